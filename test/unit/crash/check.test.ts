import { parseEther } from 'ethers'
import { describe, expect, it } from 'vitest'

import { checkChain, checkExchange, checkLives, type HeldOrder, type MinedTruth } from '../../crash/check'
import { nothingHeard, type Heard } from '../../crash/life'
import type { OrderOnRecord, TxOnRecord } from '../../crash/on-record'

const LIFE = ['OrderInitialized', 'OrderApproved', 'OrderSubmitting', 'OrderSubmitted', 'OrderFilled']
const filled: OrderOnRecord = { id: 'a', venue: 'paper', side: 'sell', state: 'filled', filled: '0.1', life: LIFE }
const failed: OrderOnRecord = {
  ...filled,
  id: 'b',
  state: 'failed',
  filled: '0',
  life: ['OrderInitialized', 'OrderApproved', 'OrderFailed'],
}
const heard = (change: (heard: Heard) => void = () => undefined): Heard => {
  const all = nothingHeard()
  change(all)
  return all
}

describe('B2: what the crash test calls wrong', () => {
  it('nothing, where every order has one end and the venue agrees', () => {
    const all = heard((said) => {
      said.confirmed.add('a')
      said.handed.set('a', 1)
      said.ends.set('a', { state: 'filled', filled: '0.1' })
    })
    expect(checkLives([filled, failed], all)).toEqual([])
    expect(checkExchange([filled, failed], new Map([['a', { state: 'filled', filled: '0.1' }]]), all)).toEqual([])
  })

  it('an order that was confirmed and is not there, has no end, has two, or another than was told', () => {
    expect(
      checkLives(
        [failed],
        heard((said) => said.confirmed.add('a')),
      ),
    ).toEqual([expect.stringMatching(/^LOST: a was confirmed/)])
    expect(checkLives([{ ...filled, state: 'unknown', life: LIFE.slice(0, 3) }], heard())[0]).toMatch(/^STUCK: a is still unknown/)
    expect(checkLives([{ ...filled, life: [...LIFE, 'OrderFilled'] }], heard())).toEqual([
      expect.stringMatching(/^DOUBLED: a ended 2 times/),
    ])
    expect(checkLives([{ ...filled, life: [...LIFE, 'OrderSubmitting'] }], heard())).toEqual([
      expect.stringMatching(/^DOUBLED: a has OrderSubmitting 2/),
    ])
    expect(checkLives([{ ...filled, life: LIFE.slice(0, 4) }], heard())).toEqual([expect.stringMatching(/^LOST: a is filled by nothing/)])
    expect(
      checkLives(
        [filled],
        heard((said) => said.ends.set('a', { state: 'failed', filled: '0' })),
      ),
    ).toEqual(['CHANGED: a was told as failed (0) and is filled (0.1)'])
    expect(
      checkLives(
        [filled],
        heard((said) => said.contradictions.push('two ends')),
      ),
    ).toEqual(['two ends'])
  })

  it('what an exchange has and we do not, or otherwise, or was handed twice or unrecorded', () => {
    const held = (id: string, order: HeldOrder) => new Map([[id, order]])
    const right = held('a', { state: 'filled', filled: '0.1' })
    expect(checkExchange([failed], held('b', { state: 'filled', filled: '1' }), heard())).toEqual([
      expect.stringMatching(/^DIFFERENT: b is failed/),
    ])
    expect(checkExchange([filled], held('a', { state: 'filled', filled: '0.2' }), heard())).toEqual([
      expect.stringMatching(/^DIFFERENT: a is filled 0.1/),
    ])
    expect(checkExchange([filled], new Map(), heard())).toEqual([expect.stringMatching(/the exchange has nothing$/)])
    expect(checkExchange([filled], new Map([...right, ['x', { state: 'open', filled: '0' }]]), heard())).toEqual([
      expect.stringMatching(/^LOST: the exchange has x/),
    ])
    expect(
      checkExchange(
        [filled],
        right,
        heard((said) => said.handed.set('a', 2)),
      ),
    ).toEqual(['DOUBLED: a was handed to the exchange 2 times'])
    expect(
      checkExchange(
        [filled, failed],
        right,
        heard((said) => said.handed.set('b', 1)),
      ),
    ).toEqual([expect.stringMatching(/^UNRECORDED: b/)])
  })

  it('what a chain carried out twice, otherwise, or not at all, and nonces that are stuck', () => {
    const swap: TxOnRecord = { order: 'a', purpose: 'order', nonce: 4, hash: '0x1', state: 'mined' }
    const truth: MinedTruth = {
      receipts: new Map([['0x1', true]]),
      minedSince: 1,
      latest: 5,
      pending: 5,
      baseDelta: -parseEther('0.1'),
      baseUnits: parseEther,
    }
    const wrong = (change: Partial<MinedTruth>, txs = [swap], orders = [filled], all = heard()) =>
      checkChain(orders, txs, { ...truth, ...change }, all)
    expect(wrong({})).toEqual([])
    expect(wrong({ minedSince: 2 })).toEqual([expect.stringMatching(/^LOST: 2 transactions/)])
    expect(wrong({ pending: 7 })).toEqual(['STUCK: nonces 5 to 6 wait in the node'])
    expect(wrong({ baseDelta: 0n })).toEqual([expect.stringMatching(/^DIFFERENT: the record moved/)])
    expect(wrong({ receipts: new Map([['0x1', false]]) })[0]).toMatch(/^DIFFERENT: a is filled, and 0 swaps/)
    expect(wrong({}, [{ ...swap, nonce: 5 }])).toEqual([expect.stringMatching(/mined on record and not on the chain$/)])
    expect(wrong({}, [swap, { ...swap, hash: null, state: 'sending', nonce: 5 }])).toEqual([
      expect.stringMatching(/^STUCK: nonce 5 of a is still sending/),
    ])
    // What lost its nonce to another is known to have lost it.
    expect(wrong({}, [swap, { ...swap, hash: '0x2', state: 'sent' }])).toEqual(['STUCK: nonce 4 of a is still sent'])
    const both = new Map([...truth.receipts, ['0x2', true]])
    expect(wrong({ receipts: both, minedSince: 2 }, [swap, { ...swap, hash: '0x2', nonce: 3 }])[0]).toMatch(/^DOUBLED: 2 transactions of a/)
    expect(
      wrong(
        {},
        [swap],
        [filled],
        heard((said) => said.handed.set('0x1', 2)),
      ),
    ).toEqual(['DOUBLED: 0x1 was sent 2 times'])
    expect(
      wrong(
        {},
        [swap],
        [filled],
        heard((said) => said.handed.set('0x9', 1)),
      ),
    ).toEqual([expect.stringMatching(/^UNRECORDED: 0x9/)])
  })
})
