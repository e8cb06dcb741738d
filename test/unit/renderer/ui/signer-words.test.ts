import { expect, test } from 'vitest'

import { SIGNER_FAILURE_CODES, SIGNER_KINDS } from '../../../../src-main/domain/signer'
import type { SignerView } from '../../../../src-preload/contract/signers'
import { screenLines } from '../../../../src-renderer/ui/device-picture'
import { sayHealth, sayWhySigner, SIGNER_KIND_GROUPS } from '../../../../src-renderer/ui/words/signers'

const signer = (more: Partial<SignerView>): SignerView => ({
  id: 's',
  kind: 'remote',
  label: 'Rack',
  address: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
  status: 'unavailable',
  locksAtMs: null,
  lastSuccessMs: null,
  latencyMs: null,
  detail: '',
  checkedAtMs: 1,
  attended: false,
  signsTypedData: true,
  turn: 1,
  config: { kind: 'env_private_key', variable: 'A' },
  ...more,
})

test.each(SIGNER_FAILURE_CODES)('X1: a signer that is not available with %s says why in a sentence, and what it said itself', (code) => {
  const health = sayHealth(signer({ detail: `${code}: connect ECONNREFUSED` }))
  expect(health?.said.what).toMatch(/^[A-Z].*\.$/)
  expect(health?.said.what).not.toContain(code)
  expect(health?.note).toBe('connect ECONNREFUSED')
  expect(sayHealth(signer({ detail: code }))?.note).toBe('')
})

test('X1: a detail without a code is told as it is; nothing is said of what is well, or not looked at yet', () => {
  expect(sayHealth(signer({ detail: 'something odd' }))).toMatchObject({
    said: { what: 'The signer is not available.' },
    note: 'something odd',
  })
  expect(sayHealth(signer({ attended: true }))?.said.what).toBe('The device is not connected.')
  expect(sayHealth(signer({ status: 'ready', detail: 'a light look only' }))).toBe(null)
  expect(sayHealth(signer({ checkedAtMs: null }))).toBe(null)
})

test('X1: every kind is offered exactly once', () => {
  expect(SIGNER_KIND_GROUPS.flatMap(({ kinds }) => kinds).sort()).toEqual([...SIGNER_KINDS].sort())
})

test('B11: a small screen breaks a value into lines, and says when there is more', () => {
  expect(screenLines('')).toEqual([])
  expect(screenLines('0.1 ETH')).toEqual(['0.1 ETH'])
  expect(screenLines('Sepolia test network of Ethereum')).toEqual(['Sepolia test', 'network of', 'Ethereum'])
  expect(screenLines(`0x${'ab'.repeat(20)}`)).toEqual(['0xabababababababab', 'ababababababababab', 'ababab'])
  expect(screenLines('ab'.repeat(60))).toHaveLength(4)
  expect(screenLines('ab'.repeat(60)).at(-1)).toBe('…')
})

test('X1: the strip tells why a signer is not well in a sentence, and what says no code as it is', () => {
  expect(sayWhySigner('LOCKED')).toBe('The signer is locked.')
  expect(sayWhySigner('UNTRUSTED_SERVER: the certificate has expired')).toMatch(/^The server is not .*\. the certificate has expired$/)
  expect(sayWhySigner('paper needs no signer')).toBe('paper needs no signer')
})
