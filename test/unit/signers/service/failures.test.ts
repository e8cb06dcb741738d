import { describe, expect, test } from 'vitest'

import { brokenFailure, connectFailure, quote, statusFailure } from '../../../../src-main/signers/service/failures'
import { rpcFailure } from '../../../../src-main/signers/service/json-rpc'
import { isDefinitelyUnavailable } from '../../../../src-main/signers/signer'

describe('C4 X1: what a failure on the way to a service means', () => {
  test.each([
    ['ECONNREFUSED', 'UNAVAILABLE'],
    ['ENOTFOUND', 'UNAVAILABLE'],
    ['ECONNRESET', 'UNAVAILABLE'],
    ['EHOSTUNREACH', 'UNAVAILABLE'],
    ['', 'UNAVAILABLE'],
    ['CERT_HAS_EXPIRED', 'UNTRUSTED_SERVER'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'UNTRUSTED_SERVER'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'UNTRUSTED_SERVER'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNTRUSTED_SERVER'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'UNTRUSTED_SERVER'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'UNTRUSTED_SERVER'],
    ['EPROTO', 'UNTRUSTED_SERVER'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'NOT_AUTHORISED'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'NOT_AUTHORISED'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'NOT_AUTHORISED'],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'NOT_AUTHORISED'],
  ])('before anything was sent, %s is %s', (code, expected) => {
    expect(connectFailure(code).code).toBe(expected)
  })

  test.each([
    ['ECONNRESET', 'DISCONNECTED'],
    ['EPIPE', 'DISCONNECTED'],
    ['ECONNREFUSED', 'DISCONNECTED'],
    ['', 'DISCONNECTED'],
    ['HPE_INVALID_CONSTANT', 'BAD_ANSWER'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'NOT_AUTHORISED'],
  ])('after it was sent, %s is %s, and never leads to another signer', (code, expected) => {
    expect(brokenFailure(code).code).toBe(expected)
    expect(isDefinitelyUnavailable(brokenFailure(code).code)).toBe(false)
  })

  test('no status at all says that nothing was signed', () => {
    for (let status = 100; status < 600; status += 1) expect(isDefinitelyUnavailable(statusFailure(status, '').code)).toBe(false)
  })

  test('no error object of a signer leads to another signer', () => {
    for (const code of [-32_700, -32_603, -32_602, -32_601, -32_000, -32_007, -40_100, 0, 1])
      for (const message of ['', 'Request denied', 'No unlocked account matches the Sender', 'unavailable'])
        expect(isDefinitelyUnavailable(rpcFailure(code, message).code)).toBe(false)
  })

  test('what a server says is quoted short and printable', () => {
    expect(quote(`a\u0000\n\u001b[2Jb${'c'.repeat(500)}`)).toMatch(/^a \[2Jbc{190,}$/)
    expect(quote('x'.repeat(10_000))).toHaveLength(200)
  })
})
