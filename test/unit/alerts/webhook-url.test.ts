import { expect, test } from 'vitest'

import { parseWebhookUrl } from '../../../src-main/alerts/webhook-url'

test.each([
  'https://alerts.example/in?x=1',
  'https://10.0.0.7:8443/',
  'http://127.0.0.1:9000/x',
  'http://[::1]:9000/',
  'http://localhost/a',
])('X7: %s may be a webhook', (text) => {
  expect(parseWebhookUrl(text).ok).toBe(true)
})

test.each([
  ['http://alerts.example/in', 'NOT_HTTPS'],
  ['http://127.0.0.1.evil.example/', 'NOT_HTTPS'],
  ['http://localhost.evil.example/', 'NOT_HTTPS'],
  ['http://0.0.0.0/', 'NOT_HTTPS'],
  ['http://10.0.0.7/', 'NOT_HTTPS'],
  ['ftp://127.0.0.1/', 'NOT_HTTPS'],
  ['file:///etc/passwd', 'NOT_HTTPS'],
  ['https://user:pass@alerts.example/', 'HAS_CREDENTIALS'],
  ['https://token@alerts.example/', 'HAS_CREDENTIALS'],
  ['alerts.example', 'NOT_A_URL'],
  ['', 'NOT_A_URL'],
  [`https://alerts.example/${'x'.repeat(600)}`, 'TOO_LONG'],
])('X7: %s may not: %s', (text, why) => {
  expect(parseWebhookUrl(text)).toEqual({ ok: false, error: why })
})
