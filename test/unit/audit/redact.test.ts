import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { redact, REDACTED, redactedJson, redactText } from '../../../src-main/audit/redact'
import { decimal } from '../../../src-main/lib/decimal'
import type { JsonObject } from '../../../src-main/lib/json'

const HEX32 = 'c0ffee'.padEnd(64, '0')
const HASH = `0x${'ab'.repeat(32)}`
const ADDRESS = '0x7a250d5630B4cF539739dF2C5dAcb4c659F2488D'

describe('what is taken out', () => {
  const secrets: [string, unknown][] = [
    ['password', 'hunter2'],
    ['keystorePassword', 'hunter2'],
    ['DB_PASSWORD', 'hunter2'],
    ['passphrase', 'correct horse'],
    ['secret', 'x'],
    ['apiSecret', 'x'],
    ['clientSecret', 'x'],
    ['secret_id', 'x'],
    ['secretAccessKey', 'x'],
    ['privateKey', 'x'],
    ['PRIVATE_KEY', 'x'],
    ['mnemonic', 'abandon abandon about'],
    ['seed', 'x'],
    ['seedPhrase', 'x'],
    ['apiKey', 'x'],
    ['CEX_API_KEY', 'x'],
    ['accessToken', 'x'],
    ['refresh_token', 'x'],
    ['token', 'ghp_0123456789abcdef0123456789abcdef'],
    ['botToken', '123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11'],
    ['authorization', 'Bearer abc'],
    ['cookie', 'session=1'],
    ['jwt', 'x'],
    ['pin', '1234'],
    ['pin', 1234],
    ['totp', 123456],
    ['key', HEX32],
    ['signerKey', `0x${HEX32}`],
    ['share', HEX32],
    ['passwords', ['one', 'two']],
    ['secrets', { binance: 'x' }],
    ['keys', [HEX32]],
  ]
  it.each(secrets)('%s: %j', (name, value) => {
    const clean = JSON.stringify(redact({ [name]: value } as JsonObject))
    expect(clean).toContain(REDACTED)
    for (const part of [value].flat(2)) {
      if (typeof part === 'string') expect(clean).not.toContain(`"${part}"`)
      if (typeof part === 'number') expect(clean).not.toContain(String(part))
    }
  })

  it('in forms that only become JSON later', () => {
    const bare = Object.assign(Object.create(null) as object, { password: 'hunter2' })
    const text = redactedJson({ privateKey: 123n, bare, list: [bare], apiKey: decimal('7.5') })
    expect(text).toBe(
      `{"apiKey":"${REDACTED}","bare":{"password":"${REDACTED}"},"list":[{"password":"${REDACTED}"}],"privateKey":"${REDACTED}"}`,
    )
  })

  it('at any depth', () => {
    expect(redact({ a: [{ b: { password: 'x', c: 1 } }] })).toEqual({ a: [{ b: { password: REDACTED, c: 1 } }] })
  })

  const texts: [string, string][] = [
    ['POST https://user:pass@vault.example/v1', 'user:pass'],
    ['request to https://mainnet.infura.io/v3/9aa3d95b3bc440fa88ea12eaa4456161 failed', '9aa3d95b3bc440fa88ea12eaa4456161'],
    ['https://eth-mainnet.g.alchemy.com/v2/Abc_dEf-0123456789Abc_dEf-0123456789', 'Abc_dEf-0123456789'],
    ['GET https://api.example/order?symbol=ETH&signature=deadbeefdeadbeef&api_key=k1', 'deadbeefdeadbeef'],
    ['authorization: Bearer abcdef0123456789', 'abcdef0123456789'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9', 'eyJzdWIi'],
    ['-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----', 'MHcCAQEE'],
    ['-----BEGIN PRIVATE KEY-----\ncut off MHcC', 'MHcC'],
    ['login with password=hunter2 failed', 'hunter2'],
  ]
  it.each(texts)('in a text: %s', (text, secret) => {
    expect(redactText(text)).not.toContain(secret)
    expect(JSON.stringify(redact({ message: text, list: [text] }))).not.toContain(secret)
  })
})

describe('what stays', () => {
  const plain: JsonObject = {
    hash: HASH,
    txHash: HASH,
    planHash: HASH.slice(2),
    to: ADDRESS,
    token: ADDRESS,
    inputToken: 'USDC',
    tokenIn: ADDRESS,
    tokenOut: 'WETH',
    tokenAddress: ADDRESS,
    publicKey: HEX32,
    signature: HASH,
    idempotencyKey: 'order-17',
    key: 'slippage.maxBps',
    keyId: 'arn:aws:kms:eu-central-1:1:key/2',
    secretName: 'holdfast/binance',
    secretPath: 'kv/data/holdfast',
    passwordSet: true,
    hasPassword: false,
    secretAgeDays: 30,
    apiKey: null,
    passwordRotatedAt: '2026-01-31',
    spinner: 'on',
    seedling: 'oak',
    explorer: `https://etherscan.io/tx/${HASH}`,
    docs: 'https://docs.example/a/very-long-page-name-without-digits/of-course',
    calldata: `0x${'00'.repeat(200)}`,
    amounts: ['1.5', '2'],
    empty: {},
    none: '',
  }
  it.each(Object.keys(plain))('%s', (name) => {
    expect(redact({ [name]: plain[name]! })).toEqual({ [name]: plain[name] })
  })

  it('is not changed in place when something is taken out', () => {
    const data = { nested: { password: 'x' }, list: [{ secret: 'y' }] }
    redact(data)
    expect(data).toEqual({ nested: { password: 'x' }, list: [{ secret: 'y' }] })
  })
})

it('never lets a value under a secret name through, whatever surrounds it', () => {
  const name = fc.constantFrom('password', 'privateKey', 'api_key', 'MNEMONIC', 'clientSecret')
  const around = fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 3 })
  fc.assert(
    fc.property(name, around, fc.nat(4), (secretName, path, wraps) => {
      let data: JsonObject = { [secretName]: 'canary-5c1d', path: path.map(String) }
      for (let n = 0; n < wraps; n++) data = n % 2 === 0 ? { inner: data } : { list: [data, 1] }
      expect(JSON.stringify(redact(data))).not.toContain('canary-5c1d')
    }),
  )
})

it('does not slow down with odd names or long texts', () => {
  redactText(`https://${'a/'.repeat(50_000)}`)
  redactText(`-----BEGIN ${'A '.repeat(50_000)}`)
  redactText(`password=${'x'.repeat(100_000)}`)
  redactText('eyJ'.repeat(50_000))
  redactText('://'.repeat(30_000))
  redactText('-eyJaaaaaaaa'.repeat(20_000))
  redactText('bearer '.repeat(20_000))
  redactText('-----BEGIN PRIVATE KEY-----'.repeat(5_000))
  redactText('?key='.repeat(20_000))
  redactText('a@'.repeat(50_000))
  // What grew with the square of the length would not end within the test's own time.
  expect(redactText('bearer '.repeat(5)).length).toBeGreaterThan(0)
})
