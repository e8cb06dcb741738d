import { beforeEach, describe, expect, test } from 'vitest'

import { AlertBook, FOLD_WINDOW_MS, MOST_ALERTS } from '../../../src-main/alerts/book'
import { systemRandom } from '../../../src-main/app/random'
import type { AlertKind } from '../../../src-main/domain/alert'
import { FakeClock } from '../../support/fake-clock'

let clock: FakeClock
let book: AlertBook
beforeEach(() => {
  clock = new FakeClock()
  book = new AlertBook(clock, systemRandom)
})
const raise = (kind: AlertKind, subject: string | null = null, figures: Record<string, string> = {}) =>
  book.raise({ kind, subject, figures })

describe('X7: duplicates are folded', () => {
  test('one kind and subject within the window is one alert with a count, the latest figures and the latest time', async () => {
    const first = raise('breaker-opened', 'signer', { why: 'one' })
    await clock.advance(FOLD_WINDOW_MS - 1)
    const second = raise('breaker-opened', 'signer', { why: 'two' })
    expect(second.isNew).toBe(false)
    expect(book.list()).toEqual([
      { ...first.record, count: 2, figures: { why: 'two' }, lastAtMs: first.record.firstAtMs + FOLD_WINDOW_MS - 1 },
    ])
  })

  test('another subject, another kind, and the same after the window are alerts of their own', async () => {
    raise('breaker-opened', 'signer')
    expect(raise('breaker-opened', 'trade').isNew).toBe(true)
    expect(raise('breaker-half-open', 'signer').isNew).toBe(true)
    await clock.advance(FOLD_WINDOW_MS)
    expect(raise('breaker-opened', 'signer').isNew).toBe(true)
  })

  test('a second halt after a release is told of anew, however soon and though nobody has acknowledged the first', async () => {
    raise('kill-switch-triggered', null, { reason: 'a drill' })
    await clock.advance(1_000)
    expect(raise('kill-switch-triggered', null, { reason: 'pressed twice' }).isNew).toBe(false)
    await clock.advance(1_000)
    expect(raise('kill-switch-released').isNew).toBe(true)
    await clock.advance(1_000)
    expect(raise('kill-switch-triggered', null, { reason: 'the key is stolen' }).isNew).toBe(true)
    expect(raise('kill-switch-triggered', null, { reason: 'pressed twice' }).isNew).toBe(false)
    await clock.advance(1_000)
    expect(raise('kill-switch-released').isNew).toBe(true)
  })

  test('what was acknowledged and happens again is told again', () => {
    const { record } = raise('reorg', 'order-1')
    expect(book.acknowledge([record.id], 'ada')).toMatchObject([{ acknowledged: { by: 'ada', atMs: clock.wallMs() } }])
    expect(raise('reorg', 'order-1').isNew).toBe(true)
  })

  test('a clock that was set back by a day neither folds into the future nor hides anything', () => {
    raise('clock-jump')
    clock.jumpWall(-24 * 60 * 60_000)
    expect(raise('clock-jump').isNew).toBe(true)
  })
})

test('X7: acknowledging twice changes nothing, and an unknown alert is no error', () => {
  const { record } = raise('reorg')
  expect(book.acknowledge([record.id, 'nobody'], 'ada')).toHaveLength(1)
  expect(book.acknowledge([record.id], 'eve')).toEqual([])
  expect(book.get(record.id)?.acknowledged?.by).toBe('ada')
})

test('X7: unacknowledged first, then the most urgent, then the latest', async () => {
  const done = raise('kill-switch-triggered').record
  book.acknowledge([done.id], 'ada')
  raise('drill')
  raise('reorg', 'a')
  await clock.advance(1)
  raise('reorg', 'b')
  raise('signature-mismatch')
  expect(book.list().map(({ kind, subject }) => [kind, subject])).toEqual([
    ['signature-mismatch', null],
    ['reorg', 'b'],
    ['reorg', 'a'],
    ['drill', null],
    ['kill-switch-triggered', null],
  ])
  expect(book.counts()).toEqual({ urgent: 3, open: 4 })
})

test('X7: bounded in number and size, and what is urgent and open stays', () => {
  const urgent = raise('kill-switch-triggered').record
  const done = raise('audit-broken').record
  book.acknowledge([done.id], 'ada')
  for (let n = 0; n < MOST_ALERTS + 50; n++) raise('order-failed', `order-${n}`)
  const ids = book.list().map(({ id }) => id)
  expect(ids).toHaveLength(MOST_ALERTS)
  expect(ids).toContain(urgent.id)
  expect(ids).not.toContain(done.id)
  // Those that went before they were ever kept need not be forgotten by a database; those that it may know must be.
  expect(book.takeChanges().forgotten).toContain(done.id)

  const { record } = raise(
    'call-forbidden',
    's'.repeat(5_000),
    Object.fromEntries(Array.from({ length: 99 }, (_, n) => [`f${n}`, 'x'.repeat(5_000)])),
  )
  expect(JSON.stringify(record).length).toBeLessThan(12_000)
})

test('X7: changes are handed out once, and again when they could not be kept', () => {
  const { record } = raise('reorg')
  const changes = book.takeChanges()
  expect(changes.changed).toEqual([record])
  expect(book.takeChanges().changed).toEqual([])
  book.putBack(changes)
  book.acknowledge([record.id], 'ada')
  expect(book.takeChanges().changed).toEqual([{ ...record, acknowledged: { by: 'ada', atMs: clock.wallMs() } }])
})
