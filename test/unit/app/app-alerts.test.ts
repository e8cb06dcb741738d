import { beforeEach, expect, test } from 'vitest'

import { AppAlerts } from '../../../src-main/app/app-alerts'
import { systemRandom } from '../../../src-main/app/random'
import { AuditError, type AuditEntry, type AuditLog, type AuditRow } from '../../../src-main/audit/audit'
import { storageError } from '../../../src-main/storage/errors'
import { FakeBacking } from '../../support/alerts/centre'
import { memoryVault } from '../../support/app/vault'
import { FakeClock } from '../../support/fake-clock'

/** As much of an audit log as alerts use. */
class FakeLog {
  readonly entries: AuditEntry[] = []
  openReport = { intact: true, breaks: [] as { kind: string; detail: string }[] }
  reads = 0
  announcesLate = false
  private listener: ((row: AuditRow) => void) | null = null

  write(type: string, subject: string | null = null, severity: AuditEntry['severity'] = 'info'): void {
    const seq = this.entries.length + 1
    const entry: AuditEntry = {
      seq,
      atMs: clock.wallMs(),
      category: 'SYSTEM_EVENT',
      severity,
      type,
      actor: 'system',
      subject,
      data: {},
      hashHex: '',
      prevHashHex: '',
    }
    this.entries.push(entry)
    if (!this.announcesLate) this.listener?.(entry)
  }

  /** Tells of an entry again, or late. */
  announce(seq: number): void {
    const entry = this.entries[seq - 1]
    if (entry !== undefined) this.listener?.(entry)
  }

  status() {
    return { head: { seq: this.entries.length } }
  }

  get(seq: number): AuditEntry | null {
    this.reads += 1
    if (this.entries[seq - 1]?.subject === 'damaged') throw new Error('the page is damaged')
    return this.entries[seq - 1] ?? null
  }

  onAppend(listener: (row: AuditRow) => void): () => void {
    this.listener = listener
    return () => (this.listener = null)
  }
}

let clock: FakeClock
let log: FakeLog
let backing: FakeBacking
let alerts: AppAlerts
const start = (): AppAlerts =>
  new AppAlerts({
    clock,
    scheduler: clock,
    random: systemRandom,
    vault: memoryVault(),
    desktop: { notify: () => true, badge: () => undefined },
    log: () => undefined,
    record: () => undefined,
    onChange: () => undefined,
    onPaths: () => undefined,
  })
const connect = (): void => {
  alerts.connect({ alertBacking: backing, audit: log as unknown as AuditLog })
}
const told = () => alerts.centre.list().alerts.map(({ kind, subject, count }) => [kind, subject, count])

beforeEach(() => {
  clock = new FakeClock()
  log = new FakeLog()
  backing = new FakeBacking()
  alerts = start()
})

test('X7: what was on record before a crash and not told is told at the next start, once', async () => {
  connect()
  log.write('OrderReorged', 'order-1')
  await clock.advance(100)
  // Written, and the process dies before the alert is kept: what it still meant to keep goes nowhere.
  log.write('KillSwitchTriggered')
  const left = new FakeBacking()
  for (const [id, record] of backing.rows) left.rows.set(id, record)
  left.readSeq = backing.readSeq
  backing = left
  alerts = start()
  connect()
  expect(told()).toEqual([
    ['kill-switch-triggered', null, 1],
    ['reorg', 'order-1', 1],
  ])
  await clock.advance(100)
  alerts = start()
  connect()
  expect(told()).toHaveLength(2)
  expect(told().every(([, , count]) => count === 1)).toBe(true)
})

test('X7: what was written while the environment opened is told; a good end leaves nothing to read again', () => {
  log.write('OrderOutcomeUnknown', 'order-1')
  connect()
  expect(told()).toEqual([['outcome-unknown', 'order-1', 1]])
  log.write('CommandReceived')
  alerts.disconnect()
  const before = log.reads
  alerts = start()
  connect()
  expect(log.reads).toBe(before)
})

test('X7: what was written while the environment opened, and is announced after, is told once', () => {
  log.announcesLate = true
  log.write('OrderReorged', 'order-1')
  connect()
  log.announce(1)
  log.write('OrderReorged', 'order-2')
  log.announce(2)
  expect(told()).toEqual(
    expect.arrayContaining([
      ['reorg', 'order-1', 1],
      ['reorg', 'order-2', 1],
    ]),
  )
})

test('X7: routine entries are not even read, and one that cannot be read hides no other', () => {
  connect()
  for (let n = 0; n < 100; n++) log.write('CommandReceived')
  expect(log.reads).toBe(0)
  log.write('OrderReorged', 'damaged')
  log.write('OrderReorged', 'order-2')
  expect(told()).toEqual([['reorg', 'order-2', 1]])
})

test('X7: a log that was found broken is an alert, and what it does not take is told all the same', () => {
  log.openReport = { intact: false, breaks: [{ kind: 'EDITED', detail: 'entry 7' }] }
  connect()
  alerts.unrecorded({
    category: 'SECURITY_VIOLATION',
    severity: 'critical',
    type: 'KillSwitchTriggered',
    actor: 'ada',
    subject: null,
    data: {},
  })
  expect(
    told()
      .map(([kind]) => kind)
      .sort(),
  ).toEqual(['audit-broken', 'kill-switch-triggered'])
})

test('X7: a full disk is told as what it is, other faults as faults', () => {
  connect()
  alerts.fault('order 1', storageError('DISK_FULL', {}))
  alerts.fault('canceling what is out', new Error('no answer'))
  expect(told()).toEqual([
    ['disk-full', null, 1],
    ['internal-fault', 'canceling what is out', 1],
  ])
})

test('X7: a log that takes nothing is one alert with a count, however much it is given; a single record that it cannot take is one of its own', () => {
  connect()
  for (const what of ['recording OrderFilled', 'recording VenueCancelRequested', 'order 1: moved', 'order 2: moved'])
    alerts.fault(what, new AuditError('HEAD_MOVED', 'somebody else changed it'))
  alerts.fault('recording OrderFilled', new AuditError('INVALID_FACT', 'too long'))
  expect(told()).toEqual([
    ['internal-fault', 'the audit log takes nothing', 4],
    ['internal-fault', 'recording OrderFilled', 1],
  ])
})
