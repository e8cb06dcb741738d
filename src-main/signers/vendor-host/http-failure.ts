import type { SignerFailureCode } from '../../domain/signer'
import { VendorFailure } from './vendor'

/** What the operating system says when nothing got through. */
const NEVER_CONNECTED: readonly unknown[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL']
/** What it says so, too, and of a connection that stood, when the way to the other side was lost. */
const NO_WAY: readonly unknown[] = ['EHOSTUNREACH', 'ENETUNREACH']
const TRUST = /^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_)/

/**
 * The failure that an error of a vendor's HTTP client means; `names` are the vendor's own. What is not known may have signed, and a status without the
 * vendor's own word for it may be anybody's on the way.
 */
export function failureOfHttp(thrown: unknown, names: Readonly<Record<string, SignerFailureCode>>): VendorFailure {
  if (thrown instanceof VendorFailure) return thrown
  const error = typeof thrown === 'object' && thrown !== null ? (thrown as Record<string, unknown>) : {}
  const name = typeof error['name'] === 'string' ? error['name'] : ''
  const detail = [name, typeof error['code'] === 'string' ? error['code'] : ''].filter((word) => word !== '').join(' ')
  const named = Object.hasOwn(names, name) ? names[name] : typeof error['code'] === 'string' ? names[error['code']] : undefined
  if (named !== undefined) return new VendorFailure(named, detail)
  for (let cause: unknown = error; typeof cause === 'object' && cause !== null; cause = (cause as { cause?: unknown }).cause) {
    const { code, syscall, message } = cause as { code?: unknown; syscall?: unknown; message?: unknown }
    const isConnecting = syscall === 'connect' || (syscall === undefined && /\bconnect E/.test(String(message)))
    if (NEVER_CONNECTED.includes(code) || (NO_WAY.includes(code) && isConnecting)) return new VendorFailure('UNAVAILABLE', String(code))
    if (typeof code === 'string' && TRUST.test(code)) return new VendorFailure('UNTRUSTED_SERVER', code)
  }
  const status = statusOf(error)
  if (status === 401 || status === 403) return new VendorFailure('NOT_AUTHORISED', `status ${status}`)
  if (name === 'TimeoutError') return new VendorFailure('TIMEOUT', 'no answer in time')
  return new VendorFailure('DISCONNECTED', status === null ? detail : `status ${status}`)
}

function statusOf(error: Record<string, unknown>): number | null {
  const metadata = error['$metadata']
  const inMetadata =
    typeof metadata === 'object' && metadata !== null ? (metadata as { httpStatusCode?: unknown }).httpStatusCode : undefined
  const status = inMetadata ?? error['statusCode'] ?? error['status']
  return typeof status === 'number' ? status : null
}
