import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { ConfirmationEvent } from '../../../../src-main/confirmations/confirmations'
import { ARMED, engineBench, TRIGGERED, type EngineBench } from '../../../support/app/engine-bench'
import { RESTING } from '../../../support/app/fake-exchange'

const INCLUDED: ConfirmationEvent = {
  kind: 'included',
  succeeded: true,
  blockNumber: 5,
  blockHash: '0x05',
  gasUsed: 21_000n,
  feePaidWei: 1n,
}
const CONFIRMED: ConfirmationEvent = { kind: 'confirmed', confirmations: 2, awaitsFinality: false }

let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})

const journal = () => bench.engine.journal
const txs = (orderId: string) => bench.engine.transactions.ofOrder(orderId).map(({ purpose, state }) => `${purpose} ${state}`)
const places = (orderId: string) =>
  journal()
    .events(orderId)
    .map(({ type, auditSeq }) => [type, auditSeq] as const)
const owedRows = () => (bench.db.prepare('SELECT COUNT(*) AS n FROM owed_records').get() as { n: number }).n
/** The next run finds the log without its anchor, which is halted and takes nothing. */
const findBroken = async () => {
  rmSync(join(bench.folder, 'audit.anchor'))
  bench = bench.restart()
  bench.gate.snapshot = TRIGGERED
  expect(bench.audit.status().refuses).toBe('LOG_BROKEN')
  await bench.engine.recover()
}
const mend = async () => {
  bench.audit.continueAfterBreak({ actor: 'ada', reason: 'looked at' })
  await bench.clock.advance(0)
}

describe('B2 B5 X6: while the audit log takes no entries', () => {
  test('a cancel that is mined is known to be, outlives a restart, and is in the log in its order once it is mended, with its time', async () => {
    const { orderId } = await bench.start()
    await findBroken()
    expect(await bench.engine.replacer.cancelOnChain(orderId, 'ada')).toMatchObject({ kind: 'sent' })
    const atMs = bench.clock.wallMs()
    bench.venue.last.emit(INCLUDED)
    bench.venue.last.emit(CONFIRMED)
    expect([journal().get(orderId)?.state, txs(orderId)]).toEqual(['canceled', ['order replaced', 'cancel mined']])
    expect(places(orderId).slice(-2)).toEqual([
      ['OrderCancelIncluded', null],
      ['OrderCanceled', null],
    ])
    expect(bench.unrecorded.map(({ type }) => type)).toEqual(expect.arrayContaining(['OrderCancelIncluded', 'OrderCanceled']))

    const logged = bench.auditTypes()
    bench = bench.restart()
    await bench.engine.recover()
    await bench.clock.advance(60_000)
    expect([journal().get(orderId)?.state, bench.auditTypes()]).toEqual(['canceled', logged])

    const owed = owedRows()
    await mend()
    expect([owed > 0, owedRows()]).toEqual([true, 0])
    const late = bench.auditTypes().slice(logged.length)
    expect(late.filter((type) => /^Order|^Transaction|Audit/.test(type))).toEqual([
      'AuditContinuedAfterBreak',
      'OrderReplacing',
      'TransactionSigned',
      'OrderReplacementSigned',
      'OrderReplaced',
      'OrderCancelIncluded',
      'OrderCanceled',
    ])
    const [type, seq] = places(orderId).at(-1)!
    expect(bench.audit.get(seq!)).toMatchObject({ type, subject: orderId, data: { happenedAtMs: atMs } })
  })

  test('what an exchange holds no more is found at the start, and journaled too', async () => {
    const { orderId } = await bench.start(RESTING)
    await findBroken()
    expect(journal().get(orderId)?.state).toBe('failed')
    expect(places(orderId).some(([, seq]) => seq === null)).toBe(true)
    await mend()
    expect(places(orderId).every(([, seq]) => seq !== null)).toBe(true)
  })

  test('what announces an act is not journaled, so that nothing is done that is not on record', async () => {
    const { plan, planHash } = await bench.prepare()
    await findBroken()
    bench.gate.snapshot = ARMED
    expect(() => journal().create(plan, planHash, [], 'ada')).toThrow('nobody has decided to go on')
    expect([journal().get(plan.orderId), owedRows()]).toEqual([null, 0])
  })

  test('where the debt cannot be kept, nothing is journaled, and it is heard of again', async () => {
    const { orderId } = await bench.start()
    await findBroken()
    bench.db.exec("CREATE TEMP TRIGGER full BEFORE INSERT ON owed_records BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
    expect(() => {
      bench.venue.last.emit(INCLUDED)
    }).toThrow('the disk is full')
    expect([journal().get(orderId)?.state, txs(orderId)]).toEqual(['submitted', ['order sent']])
    bench.db.exec('DROP TRIGGER full')
    bench.venue.last.emit(INCLUDED)
    expect(journal().get(orderId)?.state).toBe('confirming')
  })
})
