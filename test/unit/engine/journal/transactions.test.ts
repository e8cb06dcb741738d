import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { TRANSACTION_STATES } from '../../../../src-main/engine/journal/records'
import { rivalsOf } from '../../../../src-main/engine/journal/transactions'
import { hashPlan } from '../../../../src-main/engine/orders/build-plan'
import { benchTx, SIGNER_ADDRESS } from '../../../support/app/bench-chain'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'

let bench: EngineBench
beforeEach(async () => {
  bench = engineBench()
  const { plan, verdicts } = await bench.prepare()
  for (const orderId of ['a', 'b', 'c']) bench.engine.journal.create({ ...plan, orderId }, hashPlan(plan), verdicts, 'operator')
})
afterEach(() => {
  bench.close()
})
const txs = () => bench.engine.transactions
const reservation = (orderId: string, ...nonces: number[]) => reservedSince(bench.clock.wallMs(), orderId, ...nonces)
/** Reserves nonces that were chosen at a time, wall ms. */
const reservedSince = (chosenAtMs: number, orderId: string, ...nonces: number[]) =>
  txs().reserve(
    orderId,
    nonces.map((nonce, index) => ({
      txId: `${orderId}.${index}`,
      purpose: index === nonces.length - 1 ? 'order' : 'approve',
      tx: benchTx({ nonce }),
    })),
    chosenAtMs,
  )
const held = (address = SIGNER_ADDRESS) => txs().own(31_337, address).held

describe('B2: nonces and signed bytes', () => {
  test('all nonces of an order are reserved, or none', () => {
    expect(reservation('a', 3, 4)).toEqual({ ok: true, value: undefined })
    for (const id of ['a.0', 'a.1']) txs().setState(id, 'sent')
    expect(reservation('b', 5, 4)).toEqual({ ok: false, error: { nonce: 4 } })
    expect(txs().ofOrder('b')).toEqual([])
    expect(held()).toEqual([3, 4])
    expect(reservation('b', 5, 6).ok).toBe(true)
  })

  test('an address is one account in whatever letter case; chains and accounts are apart', () => {
    expect(reservation('a', 0).ok).toBe(true)
    expect(held(SIGNER_ADDRESS.toLowerCase())).toEqual([0])
    expect(txs().own(1, SIGNER_ADDRESS).held).toEqual([])
    const reserve = (changed: Parameters<typeof benchTx>[0]) =>
      txs().reserve('b', [{ txId: 'b.0', purpose: 'order', tx: benchTx({ nonce: 0, ...changed }) }], bench.clock.wallMs()).ok
    expect([reserve({ from: SIGNER_ADDRESS.toLowerCase() }), reserve({ chainId: 1 })]).toEqual([false, true])
  })

  test.for(TRANSACTION_STATES)('%s: whether the nonce is still ours, and whether the next order may follow it', (state) => {
    reservation('a', 0)
    txs().setState('a.0', state)
    const isHeld = ['reserved', 'signed', 'sending', 'sent'].includes(state)
    const hasLeft = !['reserved', 'signed'].includes(state)
    expect(held()).toEqual(isHeld ? [0] : [])
    expect(reservation('b', 0).ok).toBe(!isHeld)
    expect(reservation('c', 1).ok).toBe(hasLeft && isHeld)
  })

  test('what is leaving this moment keeps the next order waiting until what came of it is on record', () => {
    reservation('a', 0)
    txs().leaving('a', 'a.0')
    expect(reservation('b', 1)).toEqual({ ok: false, error: { nonce: 0, behind: 'a' } })
    // Of unknown outcome it holds its nonce, and can be canceled there.
    txs().answered('a')
    expect(reservation('b', 1).ok).toBe(true)
  })

  test('nothing is put behind a nonce that was given back since it was chosen, unless somebody else has that by now', async () => {
    reservation('a', 0)
    const chosenAtMs = bench.clock.wallMs()
    txs().leaving('a', 'a.0')
    await bench.clock.advance(10)
    txs().setState('a.0', 'refused')
    txs().answered('a')
    expect(reservedSince(chosenAtMs, 'b', 1)).toEqual({ ok: false, error: { nonce: 0 } })
    reservation('c', 0)
    txs().setState('c.0', 'sent')
    expect(reservedSince(chosenAtMs, 'b', 1).ok).toBe(true)
  })

  test('what was refused is known with its hash, and waits again without its nonce where another has that by now', () => {
    reservation('a', 0)
    txs().keepSigned('a.0', '0xab', '0x01')
    txs().setState('a.0', 'refused')
    expect(txs().own(31_337, SIGNER_ADDRESS)).toEqual({ held: [], refused: [{ nonce: 0, hash: '0x01' }] })
    expect(txs().withRefused()).toEqual(['a'])
    reservation('b', 0)
    txs().setState('a.0', 'mined')
    txs().waitsAgain('a.0')
    expect(txs().ofOrder('a')).toMatchObject([{ state: 'refused' }])
    txs().setState('b.0', 'replaced')
    txs().setState('a.0', 'mined')
    txs().waitsAgain('a.0')
    expect(txs().ofOrder('a')).toMatchObject([{ state: 'sent' }])
  })

  test('what never left gives its nonces back; what may have left does not', () => {
    reservation('a', 0, 1)
    txs().setState('a.0', 'sent')
    txs().abandonUnsent('a')
    expect(
      txs()
        .ofOrder('a')
        .map(({ state }) => state),
    ).toEqual(['sent', 'abandoned'])
    reservation('b', 1)
    txs().keepSigned('b.0', '0xAB', '0x01')
    txs().assumeSending('b')
    txs().abandonUnsent('b')
    expect(txs().ofOrder('b')).toMatchObject([{ state: 'sending', raw: '0xab', hash: '0x01' }])
  })

  test('bytes are kept exactly', () => {
    reservation('a', 0)
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        const raw = `0x${Buffer.from(bytes).toString('hex')}` as const
        txs().keepSigned('a.0', raw, '0x01')
        expect(txs().ofOrder('a')[0]?.raw).toBe(raw)
      }),
      { numRuns: 30 },
    )
  })

  test('the database itself refuses one nonce twice', () => {
    reservation('a', 0)
    const twice = () =>
      bench.db.exec(
        `INSERT INTO transactions SELECT 'x', 'b', purpose, replaces, chain_id, from_address, nonce, unsigned_json, raw, hash, 'sent', 0, 0 FROM transactions WHERE tx_id = 'a.0'`,
      )
    expect(twice).toThrow('UNIQUE')
    txs().setState('a.0', 'abandoned')
    expect(twice).not.toThrow()
  })

  describe('X3: what competes for a nonce', () => {
    const root = () => txs().ofOrder('a')[0]!
    const replacement = (txId: string, changed: Parameters<typeof benchTx>[0] = {}) =>
      txs().reserveReplacement(root(), { txId, purpose: 'cancel', tx: benchTx({ nonce: 0, ...changed }) })
    beforeEach(() => {
      reservation('a', 0)
      txs().keepSigned('a.0', '0xab', '0x01')
    })

    test('is kept beside what has left, one at a time, and holds the nonce like it', () => {
      expect(replacement('a.0.r1').ok).toBe(false) // nothing has left that it could replace
      txs().setState('a.0', 'sent')
      expect([replacement('a.0.r1').ok, replacement('a.0.r2').ok]).toEqual([true, false])
      txs().setState('a.0.r1', 'sent')
      expect(replacement('a.0.r2').ok).toBe(true)
      txs().setState('a.0.r2', 'abandoned')
      expect([held(), reservation('b', 0).ok, reservation('b', 1).ok]).toEqual([[0], false, true])
      expect(rivalsOf(txs().ofOrder('a'), root()).map(({ txId }) => txId)).toEqual(['a.0', 'a.0.r1', 'a.0.r2'])
      expect(
        txs()
          .inFlight()
          .map(({ txId }) => txId),
      ).toEqual(['a.0', 'a.0.r1'])
      txs().setState('a.0', 'replaced')
      expect(reservation('c', 0).ok).toBe(false)
    })

    test('does not keep the next order waiting while it is signed', () => {
      txs().setState('a.0', 'sent')
      replacement('a.0.r1')
      expect(reservation('b', 1).ok).toBe(true)
    })

    test('the database itself refuses one for another order, account, chain or nonce', () => {
      txs().setState('a.0', 'sent')
      for (const changed of [{ nonce: 1 }, { chainId: 1 }, { from: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' }]) {
        expect(() => {
          const refused = replacement('a.0.r1', changed)
          if (!refused.ok) throw new Error('a transaction replaces one of its own order')
        }).toThrow('of its own order')
      }
    })
  })
})
