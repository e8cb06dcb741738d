import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { signBody } from '../../../src-main/alerts/signature'

const SECRET = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex')
const BODY = '{"id":"a","kind":"test-alert"}'

test('X7: the signature is HMAC-SHA-256 of timestamp, point and body', () => {
  const headers = signBody([SECRET], BODY, 1_700_000_000_999)
  expect(headers['Holdfast-Timestamp']).toBe('1700000000')
  // Made with openssl: printf '%s' '1700000000.{"id":"a","kind":"test-alert"}' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0001…1f
  expect(headers['Holdfast-Signature']).toBe('v1=567ea9d9b1363b7a2631b9ae97a2a5f3cb281f9aeb2d51b694a8817ac7538cf7')
})

test('X7: the guide shows the same vector', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/alerts.md'), 'utf8')
  expect(guide).toContain(signBody([SECRET], BODY, 1_700_000_000_000)['Holdfast-Signature'])
})

test('X7: during an overlap both secrets sign, the newest first', () => {
  const newer = Buffer.alloc(32, 7)
  const by = (secret: Buffer) => createHmac('sha256', secret).update(`1.${BODY}`).digest('hex')
  expect(signBody([newer, SECRET], BODY, 1_000)['Holdfast-Signature']).toBe(`v1=${by(newer)},v1=${by(SECRET)}`)
})

test('X7: another body or another time has another signature', () => {
  const signed = signBody([SECRET], BODY, 1_000)['Holdfast-Signature']
  expect(signBody([SECRET], `${BODY} `, 1_000)['Holdfast-Signature']).not.toBe(signed)
  expect(signBody([SECRET], BODY, 2_000)['Holdfast-Signature']).not.toBe(signed)
})
