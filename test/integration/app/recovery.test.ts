import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type * as OpenPaper from '../../../src-main/app/compose/open-paper'
import type { AuditRow } from '../../../src-preload/contract/audit'
import type { SecureTask } from '../../../src-preload/contract/secure'
import { PAPER_SELL } from '../../support/app/drafts'
import { editEntry } from '../../support/app/edit-entry'
import { launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../../support/app/launch'
import { papers } from '../../support/app/opened-papers'

vi.mock('../../../src-main/app/compose/open-paper', async (original) =>
  (await import('../../support/app/opened-papers')).notingPapers(await original<typeof OpenPaper>()),
)

let app: TestApp
const vault = memoryVault()
beforeEach(async () => {
  papers.length = 0
  app = await launchApp({ vault })
  await setUp(app)
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

/** The person shows `count` recovery keys whenever authority is asked for; none closes the window. */
const show = (count: 0 | 1 | 2, asked: SecureTask[] = []) => {
  app.answer = (task) => {
    asked.push(task)
    if (task.kind !== 'authorise' || count === 0) return null
    const recoveryKeys = app.recoveryKeys.slice(0, count).map((key) => new TextEncoder().encode(key))
    return { kind: 'authorise', id: task.id, recoveryKeys }
  }
  return asked
}
const restart = async (meanwhile: () => void = () => undefined) => {
  const { dataDir, recoveryKeys } = app
  await app.stop()
  meanwhile()
  app = await launchApp({ dataDir, vault })
  app.recoveryKeys = recoveryKeys
}
const state = async () => (await app.must('app.status', {})).killSwitch.state
const pressHalt = () => app.must('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })
const release = (acknowledge: ('breakers-closed-or-acknowledged' | 'audit-chain-verified')[] = []) =>
  app.must('halt.release', { reason: 'looked into it', acknowledge })
/** What the window shows of a release that nobody allows. */
const shownAtRelease = async () => {
  const asked = show(0)
  await release()
  return asked.flatMap((task) => (task.kind === 'authorise' ? [task] : []))
}
/** An order of which nobody knows what became of it. */
const unknownOrder = async () => {
  const plan = await app.must('order.prepare', PAPER_SELL)
  const unknown = app.heard('order.changed', (order) => order.state === 'unknown')
  papers.at(-1)!.faults.inject({ kind: 'disconnect' })
  const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  await unknown
  return { orderId }
}
const recorded = async (type: string): Promise<readonly AuditRow[]> => {
  const filter = { sinceMs: null, untilMs: null, categories: [], severities: [], type, text: null }
  return (await app.must('audit.page', { filter, offset: 0, limit: 50 })).rows
}

describe('X5: maintenance', () => {
  test('X5: halts, says what for, outlives a restart, lets administration work, and ends halted', async () => {
    const asked = show(1)
    expect(await app.must('maintenance.enter', { purpose: 'update', reason: 'version 2' })).toEqual({ entered: true })
    expect(asked).toMatchObject([
      {
        kind: 'authorise',
        act: 'enter-maintenance',
        subject: 'update',
        changes: [{ label: 'Trading', before: 'armed', after: 'halted for maintenance: update' }],
      },
    ])
    expect(await state()).toBe('maintenance')
    expect(await app.call('order.prepare', PAPER_SELL)).toMatchObject({ ok: false, problem: { code: 'KILL_SWITCH_TRIGGERED' } })
    await restart()
    expect(await state()).toBe('maintenance')
    expect((await app.must('presence.get', {})).maintenance).toMatchObject({ purpose: 'update', reason: 'version 2' })

    show(1)
    expect(await app.must('watch.update', { change: { clockOverSec: 60 }, reason: 'a slow machine' })).toEqual({ changed: true })
    expect(await app.call('halt.release', { reason: 'now', acknowledge: [] })).toMatchObject({
      ok: false,
      problem: { code: 'CHECK_BLOCKED' },
    })
    expect(await app.must('maintenance.leave', { reason: 'done' })).toEqual({ left: true })
    expect(await state()).toBe('triggered')
    expect((await app.must('presence.get', {})).maintenance).toBeNull()
    expect((await release()).released).toBe(true)
    expect(await state()).toBe('armed')
    expect([await recorded('MaintenanceEntered'), await recorded('MaintenanceLeft')].map(({ length }) => length)).toEqual([1, 1])
  })

  test('X5: without authority nothing changes, neither in nor out', async () => {
    show(0)
    expect(await app.must('maintenance.enter', { purpose: 'other', reason: 'why not' })).toEqual({ entered: false })
    expect(await state()).toBe('armed')
    show(1)
    await app.must('maintenance.enter', { purpose: 'other', reason: 'why not' })
    show(0)
    expect(await app.must('maintenance.leave', { reason: 'enough' })).toEqual({ left: false })
    expect(await state()).toBe('maintenance')
  })
})

describe('X5: a recovery in three stages', () => {
  test('X5: what a release leaves is verified before anything else; what is not as it should be halts again', async () => {
    await pressHalt()
    // In the way of the anchor, so that the end of the chain can no longer be attested outside the database.
    const inTheWay = join(app.dataDir, 'paper', 'audit.anchor.tmp')
    mkdirSync(inTheWay)
    show(1)
    const { released, verification } = await release()
    expect(released).toBe(false)
    expect(verification.find(({ ok }) => !ok)?.detail).toContain('audit.anchor')
    expect(verification.map(({ id, ok }) => [id, ok])).toEqual([
      ['leases-on-disk', true],
      ['last-look', true],
      ['chain-anchored', false],
      ['gate-armed', true],
    ])
    expect((await app.must('app.status', {})).killSwitch).toMatchObject({
      state: 'triggered',
      source: 'automatic',
      by: 'state-verification',
    })
    await restart()
    expect(await state()).toBe('triggered')
    rmSync(inTheWay, { recursive: true })
  })

  test('X5: a folder in the place of the anchor bars no release: it is moved aside', async () => {
    const anchor = join(app.dataDir, 'paper', 'audit.anchor')
    rmSync(anchor)
    mkdirSync(join(anchor, 'something'), { recursive: true })
    await pressHalt()
    show(2)
    expect(await release(['audit-chain-verified'])).toMatchObject({ released: true })
    await restart()
    expect(await state()).toBe('armed')
  })

  test('X5 X6: an edited record halts by itself, is sealed by both keys together, stays named, and trading goes on', async () => {
    const { dataDir, recoveryKeys } = app
    await app.stop()
    await editEntry(dataDir, vault, 2)
    app = await launchApp({ dataDir, vault })
    app.recoveryKeys = recoveryKeys
    expect((await app.must('app.status', {})).killSwitch).toMatchObject({ state: 'triggered', source: 'automatic' })
    expect((await app.must('audit.verify', {})).verdict).toBe('broken')
    show(1)
    expect((await release(['audit-chain-verified'])).released).toBe(false)
    show(2)
    const { released } = await app.must('halt.release', {
      reason: 'a damaged disk',
      acknowledge: ['audit-chain-verified', 'triggers-clear'],
    })
    expect(released).toBe(true)
    expect(await app.must('audit.verify', {})).toMatchObject({
      verdict: 'sealed',
      breaks: [],
      sealed: [{ fromSeq: 2, reason: 'a damaged disk' }],
    })
    // Who let it be, and that they did, belongs to the story of that halt.
    const [incident] = await app.must('incidents.list', {})
    expect((await app.must('incidents.get', { id: incident!.id })).moments.map(({ type }) => type)).toContain('SEGMENT_SEALED')
    await restart()
    expect(await state()).toBe('armed')
    expect((await app.call('order.prepare', PAPER_SELL)).ok).toBe(true)
  })

  test('X5 P7: a release that seals a record needs as many approvals as the owner has made sealing need; another release does not', async () => {
    show(1)
    const rules = { secondFactor: 'where-enrolled', lockAfterMinutes: 15 } as const
    expect(await app.must('authority.setRules', { ...rules, approvals: [{ act: 'seal-audit', needed: 3 }] })).toEqual({ done: true })
    await pressHalt()
    const asked = show(0)
    await release(['audit-chain-verified'])
    await release()
    expect(asked).toMatchObject([
      { act: 'release-halt', approvals: { needed: 3 } },
      { act: 'release-halt', approvals: { needed: 1 } },
    ])
  })

  test('X5: what is explained while the window is open, unseen, releases nothing', async () => {
    const { orderId } = await unknownOrder()
    await pressHalt()
    app.answer = async (task) => {
      if (task.kind !== 'authorise') return null
      expect(task.changes).toEqual([])
      await app.must('halt.explainOrder', { orderId, reason: 'it is fine' })
      return { kind: task.kind, id: task.id, recoveryKeys: [new TextEncoder().encode(app.recoveryKeys[0])] }
    }
    expect((await release(['breakers-closed-or-acknowledged'])).released).toBe(false)
    expect(app.lastProblem).toMatchObject({ code: 'CHECK_BLOCKED', figures: { detail: expect.stringContaining(orderId) as string } })
    expect(await state()).toBe('triggered')
  })

  test('X5: a record that was found broken at the start is let be with both keys, also with an order that rested', async () => {
    const plan = await app.must('order.prepare', { ...PAPER_SELL, type: 'limit', timeInForce: 'gtc', limitPrice: '9999' })
    const resting = app.heard('order.changed', (order) => order.state === 'working')
    await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    await resting
    await restart(() => rmSync(join(app.dataDir, 'paper', 'audit.anchor')))
    await vi.waitFor(async () => expect(await state()).toBe('triggered'))
    await app.must('halt.trigger', { mode: 'graceful', scope: 'machine', source: 'button' })
    await vi.waitFor(async () => expect(await app.must('order.list', { which: 'open', limit: 10, beforeMs: null })).toEqual([]), 20_000)
    show(2)
    const { released } = await release(['audit-chain-verified', 'breakers-closed-or-acknowledged'])
    expect(released, JSON.stringify(app.lastProblem)).toBe(true)
    expect(await state()).toBe('armed')
    // What could not be recorded meanwhile was owed.
    await vi.waitFor(async () => expect(await recorded('OrderCanceled')).toHaveLength(1), 20_000)
  })

  test('X5: an order of unknown outcome bars it until each is explained, and the reason is on record for each', async () => {
    const { orderId } = await unknownOrder()
    await pressHalt()
    const checks = await app.must('halt.checks', {})
    expect(checks.find(({ id }) => id === 'no-unknown-orders')).toMatchObject({ status: 'blocked', detail: `Outcome unknown: ${orderId}` })
    expect(await app.call('halt.explainOrder', { orderId: 'nobody', reason: 'x' })).toMatchObject({
      ok: false,
      problem: { code: 'NOT_FOUND' },
    })
    await app.must('halt.explainOrder', { orderId, reason: 'the venue shows no such order' })
    expect((await app.must('watch.get', {})).unknownOrders).toEqual([
      { orderId, explanation: { by: 'operator', reason: 'the venue shows no such order' } },
    ])
    const explained = { status: 'ok', detail: '1 explained by operator: “the venue shows no such order”' }
    expect((await app.must('halt.checks', {})).find(({ id }) => id === 'no-unknown-orders')).toMatchObject(explained)
    const [asked] = await shownAtRelease()
    expect(asked).toMatchObject({
      changes: [{ label: `Order ${orderId}, explained by operator`, before: 'outcome unknown', after: 'the venue shows no such order' }],
    })
    expect(asked?.checks).toContainEqual({ label: 'Orders of unknown outcome', ok: true, detail: explained.detail })
    expect(await recorded('UnknownOrderExplained')).toMatchObject([{ subject: orderId, actor: 'operator' }])
    await restart()
    papers.at(-1)!.faults.clear()
    show(1)
    // Not being able to reach the exchange opened its breaker.
    const { released } = await release(['breakers-closed-or-acknowledged'])
    expect(released, JSON.stringify(app.lastProblem)).toBe(true)
    const [incident] = await app.must('incidents.list', {})
    const { moments } = await app.must('incidents.get', { id: incident!.id })
    expect(moments.filter(({ type }) => type === 'UnknownOrderExplained')).toMatchObject([{ subject: orderId, actor: 'operator' }])
  })
})

describe('X5: the history of halts', () => {
  test('X5: shows who, when and how, newest first, and says when it is not whole', async () => {
    await pressHalt()
    show(1)
    await release()
    const { lines, intact, total } = await app.must('halt.history', { limit: 100 })
    expect({ intact, total }).toEqual({ intact: true, total: 4 })
    expect(lines.map((line) => (line.kind === 'entry' ? [line.event, line.by, line.linked] : line))).toEqual([
      ['Released', 'operator', true],
      ['ReleaseAuthorised', 'operator', true],
      ['RecoveryBegun', 'operator', true],
      ['Halted', 'operator', true],
    ])
    expect((await app.must('halt.history', { limit: 2 })).lines).toHaveLength(2)
    appendFileSync(join(app.dataDir, 'halt-history.jsonl'), '{"kind":"Released"}\n')
    const after = await app.must('halt.history', { limit: 100 })
    expect(after.intact).toBe(false)
    expect(after.lines[0]).toMatchObject({ kind: 'bad', lineNumber: 5 })
  })
})
