import { beforeEach, describe, expect, test } from 'vitest'

import type { ConfirmationEvent, ConfirmationMonitor } from '../../../../src-main/confirmations/confirmations'
import { NonceFollower, type Rival } from '../../../../src-main/engine/orders/nonce-follower'

const rival = (txId: string): Rival => ({ txId, hash: `0x${txId}`, from: '0xf', nonce: 1, notionalUsd: null, sentAtMs: 0, refused: false })
const included = (blockNumber: number): ConfirmationEvent => ({
  kind: 'included',
  succeeded: true,
  blockNumber,
  blockHash: `0x${blockNumber}`,
  gasUsed: 1n,
  feePaidWei: 1n,
})

let say: Map<string, (event: ConfirmationEvent) => void>
let stopped: string[]
let heard: string[]
let broken: boolean
let follower: NonceFollower
beforeEach(() => {
  say = new Map()
  stopped = []
  heard = []
  broken = false
  const monitor: ConfirmationMonitor = {
    follow: (request, emit) => {
      const { txId } = request as Rival
      say.set(txId, emit)
      return () => stopped.push(txId)
    },
  }
  follower = new NonceFollower(monitor, ({ txId }, event) => {
    if (broken) throw new Error('the disk is full')
    heard.push(`${txId} ${event.kind}`)
  })
  follower.add(rival('a'))
  follower.add(rival('b'))
})

describe('X3: the transactions that compete for a nonce are followed as one', () => {
  test('one that is followed already is not followed twice; stopping stops all', () => {
    const first = say.get('a')
    follower.add(rival('a'))
    expect(say.get('a')).toBe(first)
    follower.stop()
    expect(stopped).toEqual(['a', 'b'])
  })

  test('at most one is in a block: the one before is let go of first, and is not let go of twice', () => {
    say.get('b')!(included(5))
    say.get('a')!(included(6))
    say.get('b')!({ kind: 'reorged', fromBlock: 5 })
    say.get('a')!({ kind: 'reorged', fromBlock: 6 })
    expect(heard).toEqual(['b included', 'b reorged', 'a included', 'a reorged'])
  })

  test('nobody else has the nonce until none of them can be mined', () => {
    say.get('a')!({ kind: 'replaced' })
    expect(heard).toEqual([])
    say.get('b')!({ kind: 'replaced' })
    expect(heard).toEqual(['b replaced'])
  })

  test('a phase times out once, and not while one of them is in a block', () => {
    for (const txId of ['a', 'b']) say.get(txId)!({ kind: 'timed-out', phase: 'confirmations' })
    say.get('b')!(included(5))
    say.get('a')!({ kind: 'timed-out', phase: 'finality' })
    expect(heard).toEqual(['a timed-out', 'b included'])
  })

  test('nodes forget what was replaced: only the newest is said to be dropped', () => {
    say.get('a')!({ kind: 'dropped' })
    say.get('b')!({ kind: 'dropped' })
    expect(heard).toEqual(['b dropped'])
  })

  test('what could not be taken in is said again and then counts', () => {
    broken = true
    expect(() => say.get('a')!(included(5))).toThrow('disk')
    expect(() => say.get('b')!({ kind: 'timed-out', phase: 'confirmations' })).toThrow('disk')
    broken = false
    say.get('b')!({ kind: 'timed-out', phase: 'confirmations' })
    say.get('a')!(included(5))
    say.get('b')!({ kind: 'replaced' })
    say.get('a')!({ kind: 'reorged', fromBlock: 5 })
    expect(heard).toEqual(['b timed-out', 'a included', 'a reorged'])
  })
})
