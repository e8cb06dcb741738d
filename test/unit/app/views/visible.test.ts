import { createHash } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { leafChanges, visible } from '../../../../src-main/app/views/visible'

const sha = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')
const words = { label: (path: string) => path, value: (_path: string, value: string) => visible(value) }
const pem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`

describe('P7: a value in the main-owned window', () => {
  test('is shown as it is where that is plain, and never takes more room than there is', () => {
    expect(visible('https://signer.example:9000')).toBe('https://signer.example:9000')
    for (const long of ['a'.repeat(126), '\u202e'.repeat(500), 'https://' + 'ü'.repeat(400)]) {
      expect(visible(long).length).toBeLessThanOrEqual(200)
      expect(visible(long)).toContain(sha(long))
    }
  })

  test('a certificate is the SHA-256 of what it is, as other tools say it; two of them, or other text, that of the text', () => {
    const body = Buffer.from('some DER').toString('base64')
    expect(visible(pem(body))).toBe(`certificate, SHA-256 ${sha(Buffer.from('some DER'))}`)
    expect(visible(pem(body) + pem(body))).toBe(`text, SHA-256 ${sha(pem(body) + pem(body))}`)
    expect(visible('two\nlines')).toBe(`text, SHA-256 ${sha('two\nlines')}`)
  })

  test.each([
    ['a blank more', 'a b', 'a  b'],
    ['a blank at the end', 'a', 'a '],
    ['what turns letters round', 'abc', 'a\u202ebc'],
    ['what takes no room', 'abc', 'a\u200bbc'],
    ['a letter of another alphabet in an address', 'https://a.example', 'https://\u0430.example'],
    ['what is written as if it were not seen', 'a\u200b', 'a\\u{200b}'],
    ['an end that is cut off', 'a'.repeat(300), 'a'.repeat(301)],
    ['nothing', '', '(empty)\u200b'],
  ])('two that differ by %s look different', (_what, one, other) => {
    expect(visible(one)).not.toBe(visible(other))
  })
})

describe('P7: what differs between two settings', () => {
  test('is one line a value, however deep, and nothing else', () => {
    const before = { kind: 'remote', retries: 1, service: { url: 'https://a', trust: { type: 'pin', sha256: '1' } }, tokenRef: null }
    const after = { kind: 'remote', retries: 2, service: { url: 'https://a', trust: { type: 'system' } }, tokenRef: 'x' }
    expect(leafChanges(before, after, words)).toEqual([
      { label: 'retries', before: '1', after: '2' },
      { label: 'service.trust.type', before: 'pin', after: 'system' },
      { label: 'service.trust.sha256', before: '1', after: 'none' },
      { label: 'tokenRef', before: 'none', after: 'x' },
    ])
    expect(leafChanges(null, { kind: 'a' }, words)).toEqual([{ label: 'kind', before: null, after: 'a' }])
    expect(leafChanges(before, before, words)).toEqual([])
  })

  test('that would look the same is nothing that may be asked', () => {
    const body = Buffer.from('some DER').toString('base64')
    expect(leafChanges({ a: pem(body) }, { a: pem(`${body}\n`) }, words)).toBeNull()
    expect(leafChanges({ a: 'none', b: 1 }, { a: null, b: 1 }, words)).toBeNull()
  })
})
