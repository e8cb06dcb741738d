import { expect, test } from 'vitest'

import { sayAbout, sayRecorded } from '../../../../src-renderer/ui/words/recorded'

const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, ' ')

test.each([
  [{ tookMs: '91', dropPct: '31.5', limitUsd: '25000' }, 'took: 91 ms · drop: 31.50 % · limit: 25 000.00 USD'],
  [{ maxFeePerGasWei: '30000000000', valueWei: '1000000000000000000' }, 'max fee: 30 gwei · value: 1 ETH'],
  [{ source: 'button', scope: 'machine', durable: 'true' }, 'source: the halt button · scope: everything on this machine · on disk: yes'],
  [
    { mode: 'graceful', venues: '["paper","uniswap-v3"]' },
    'what it does: close the gate and cancel resting orders · venues: Paper, Uniswap v3',
  ],
  [{ cause: 'consecutive', code: 'TIMEOUT_ERROR' }, 'cause: too many in a row · code: timeout error'],
  [{ freeMb: '148', canceled: '12000', chainId: '31337' }, 'free: 148 MB · canceled: 12 000 · chain id: 31337'],
  [{ reason: 'venue-side, SEE_ABOVE', from: 'half-open' }, 'reason: venue-side, SEE_ABOVE · from: half-open'],
  [{ hash: `0x${'ab'.repeat(32)}` }, 'hash: 0xababab…ababab'],
  [{ odd: '{"a":1}', list: '[]' }, 'odd: {"a":1} · list: none'],
])('X8: a recorded moment shows its figures as people read them: %o', (figures, words) => {
  expect(plain(sayRecorded(figures))).toBe(words)
})

test('X8: what a moment is about is named', () => {
  expect(sayAbout('network')).toBe('the network breaker')
  expect(sayAbout('balance-drop')).toBe('Balances')
  expect(sayAbout('ord-7989c2d0a32b')).toBe('ord-7989c2d0a32b')
  expect(sayAbout('3f1c9a20-0000-4000-8000-000000000000')).toBe('3f1c9a20…0000')
})

test('X8: an account and a signer are called by their names, wherever they stand; what is not one is not', () => {
  const nameOf = (id: string) => (id === 'b1946ac9-0000-4000-8000-000000000000' ? 'Trading key' : null)
  const id = 'b1946ac9-0000-4000-8000-000000000000'
  expect(sayAbout(id, nameOf)).toBe('Trading key')
  expect(sayRecorded({ account: id, accounts: JSON.stringify([id, 'other']), reason: id }, nameOf)).toBe(
    `account: Trading key · accounts: Trading key, other · reason: ${id}`,
  )
})
