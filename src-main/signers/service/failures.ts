import type { SignerFailure } from '../signer'

/** Of what a server says no more than this is kept, and only what can be printed. */
const MAX_SAID_CHARS = 200

/** A failure that leaves no doubt: not a byte of the request was sent. */
export function unavailable(detail: string): SignerFailure {
  return { code: 'UNAVAILABLE', detail }
}

/** Nothing was sent, because the server is not known to be the right one. */
export function untrusted(detail: string): SignerFailure {
  return { code: 'UNTRUSTED_SERVER', detail }
}

/** The answer cannot be used. */
export function badAnswer(detail: string): SignerFailure {
  return { code: 'BAD_ANSWER', detail }
}

/** What a server said, fit for a log line. */
export function quote(said: string): string {
  return said.replace(/[^\x20-\x7e]+/g, ' ').slice(0, MAX_SAID_CHARS)
}

/** Why no connection came about, by the code of Node's or OpenSSL's error. Nothing of a request was sent. */
export function connectFailure(code: string): SignerFailure {
  if (isAboutOurCertificate(code)) return { code: 'NOT_AUTHORISED', detail: `the server did not accept our certificate (${code})` }
  // OpenSSL names what it could not verify; ERR_SSL_* and EPROTO also stand for a server that speaks no TLS of today.
  if (/^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|PATH_LENGTH_|HOSTNAME_|ERR_TLS_|ERR_SSL_|EPROTO)/.test(code))
    return untrusted(code)
  return unavailable(`no connection (${code})`)
}

/** What came of a request that had left when the connection broke: the service may have acted on it. */
export function brokenFailure(code: string): SignerFailure {
  // With TLS 1.3 the server judges our certificate only after we believe the connection to stand: an alert proves that it read no request.
  if (isAboutOurCertificate(code)) return { code: 'NOT_AUTHORISED', detail: `the server did not accept our certificate (${code})` }
  if (code.startsWith('HPE_')) return badAnswer(`not HTTP (${code})`)
  return { code: 'DISCONNECTED', detail: `the connection broke after the request had been sent (${code})` }
}

/** TLS alerts by which a server turns a client's certificate, or its absence, down (RFC 8446, 6.2). */
function isAboutOurCertificate(code: string): boolean {
  return /^ERR_SSL_(?:TLSV1|TLSV13|SSLV3)_(?:ALERT_)?(?:ALERT_)?(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(?:REVOKED|EXPIRED|UNKNOWN)|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)$/.test(
    code,
  )
}

/** What a status other than 200 means. The request was received, so none of these is UNAVAILABLE. */
export function statusFailure(status: number, said: string): SignerFailure {
  const detail = said === '' ? `HTTP ${status}` : `HTTP ${status}: ${quote(said)}`
  switch (status) {
    case 401:
    case 407:
    // nginx: certificate error, no certificate.
    case 495:
    case 496:
      return { code: 'NOT_AUTHORISED', detail }
    case 403:
      return { code: 'DENIED_BY_SIGNER', detail }
    case 404:
    case 405:
    case 501:
      return { code: 'NOT_SUPPORTED', detail }
    case 408:
    case 504:
      return { code: 'TIMEOUT', detail }
    case 429:
      return { code: 'BUSY', detail }
    // A gateway that lost what is behind it: that may have signed.
    case 502:
    case 503:
      return { code: 'DISCONNECTED', detail }
    default:
      return badAnswer(status >= 300 && status < 400 ? `HTTP ${status}: redirects are not followed` : detail)
  }
}
