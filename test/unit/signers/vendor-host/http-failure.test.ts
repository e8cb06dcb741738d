import { describe, expect, test } from 'vitest'

import { isDefinitelyUnavailable } from '../../../../src-main/signers/signer'
import { failureOfHttp } from '../../../../src-main/signers/vendor-host/http-failure'

const NAMES = { NotFoundException: 'KEY_NOT_FOUND', KeyNotFound: 'KEY_NOT_FOUND', ThrottlingException: 'UNAVAILABLE' } as const
const codeOf = (thrown: unknown) => failureOfHttp(thrown, NAMES).code
const definite = (thrown: unknown) => isDefinitelyUnavailable(codeOf(thrown))
const system = (code: string, syscall?: string, message = code) =>
  Object.assign(new Error(message), { code, ...(syscall === undefined ? {} : { syscall }) })

describe('X1 decision 5: after a request to sign another signer is asked only when it is certain that nothing was signed', () => {
  test('the cloud says in its own words that there is no such key, or that it does not do it now', () => {
    expect(codeOf({ name: 'NotFoundException', $metadata: { httpStatusCode: 400 } })).toBe('KEY_NOT_FOUND')
    expect(codeOf({ name: 'RestError', code: 'KeyNotFound', statusCode: 404 })).toBe('KEY_NOT_FOUND')
    expect(definite({ name: 'NotFoundException' })).toBe(true)
    expect(codeOf({ name: 'ThrottlingException' })).toBe('UNAVAILABLE')
  })

  test.for([400, 404, 408, 409, 410, 429, 500, 502, 503, 504])(
    'a bare status %i may be anybody’s on the way: it may have signed',
    (status) => {
      for (const thrown of [{ statusCode: status }, { status }, { name: 'UnknownError', $metadata: { httpStatusCode: status } }])
        expect([codeOf(thrown), definite(thrown)]).toEqual(['DISCONNECTED', false])
    },
  )

  test('no connection came about: certain; the way was lost on one that stood: not', () => {
    for (const thrown of [
      system('ECONNREFUSED', 'connect'),
      system('ENOTFOUND', 'getaddrinfo'),
      system('EHOSTUNREACH', 'connect'),
      system('ENETUNREACH', undefined, 'request to https://kms failed, reason: connect ENETUNREACH 10.0.0.1:443'),
      new Error('fetch failed', { cause: system('EAI_AGAIN', 'getaddrinfo') }),
    ])
      expect([codeOf(thrown), definite(thrown)], String(thrown)).toEqual(['UNAVAILABLE', true])
    for (const thrown of [
      system('EHOSTUNREACH', 'read'),
      system('ENETUNREACH', 'write'),
      system('EHOSTUNREACH', undefined, 'read EHOSTUNREACH'),
      system('ECONNRESET', 'read'),
      system('EPIPE', 'write'),
      new Error('what nobody knows'),
      null,
    ])
      expect([codeOf(thrown), definite(thrown)], String(thrown)).toEqual(['DISCONNECTED', false])
  })
})
