import { describe, expect, test } from 'vitest'

import type { AuditEntry, AuditReader } from '../../../../src-main/audit/audit'
import type { IncidentStory } from '../../../../src-main/domain/incident'
import type { HistoryEntry } from '../../../../src-main/engine/halt/history'
import { listIncidents } from '../../../../src-main/engine/incidents/incidents'
import { incidentReport } from '../../../../src-main/engine/incidents/report'

const entry = (seq: number, atMs: number, type: string, data: AuditEntry['data'] = {}): AuditEntry => ({
  ...{
    seq,
    atMs,
    type,
    data,
    category: 'SECURITY_VIOLATION',
    severity: 'critical',
    actor: 'operator',
    subject: null,
    hashHex: '',
    prevHashHex: '',
  },
})
const TRIGGERED = { source: 'button', scope: 'machine', mode: 'graceful', reason: 'pressed' }
const line = (seq: number, atMs: number, kind: HistoryEntry['kind'], rest: Partial<HistoryEntry> = {}): HistoryEntry => ({
  ...{
    seq,
    atMs,
    kind,
    environment: 'paper',
    scope: 'machine',
    source: 'button',
    by: 'operator',
    reason: 'pressed',
    data: {},
    prev: '',
    hash: '',
  },
  ...rest,
})
const list = (audit: readonly AuditEntry[], file: readonly HistoryEntry[] = []) =>
  listIncidents({
    environment: 'paper',
    audit: {
      query: ({ filter }: { filter: { type?: string | null | undefined } }) =>
        Promise.resolve({ rows: audit.filter(({ type }) => type === filter.type).reverse(), next: null }),
      get: (seq: number) => audit.find((each) => each.seq === seq) ?? null,
    } as unknown as AuditReader,
    history: () => ({ lines: file.map((each) => ({ kind: 'entry', entry: each, linked: true })), intact: true, problem: null }),
  })

describe('X9: incidents', () => {
  test('a halt lasts from the first press to the release; further presses belong to it', async () => {
    const found = await list([
      entry(1, 1_000, 'KillSwitchTriggered', TRIGGERED),
      entry(2, 5_000, 'KillSwitchTriggered', { ...TRIGGERED, mode: 'emergency' }),
      entry(3, 9_000, 'KillSwitchReleased'),
      entry(4, 20_000, 'KillSwitchTriggered', { ...TRIGGERED, source: 'shortcut' }),
    ])
    expect(found).toMatchObject([
      { id: 'a4', sinceMs: 20_000, untilMs: null, source: 'shortcut', releasedBy: null },
      { id: 'a1', sinceMs: 1_000, untilMs: 9_000, source: 'button', mode: 'graceful', releasedBy: 'operator' },
    ])
  })

  test('the file of halts tells the same halt once, begins it earlier, and knows of a release that the log never heard of', async () => {
    const found = await list(
      [entry(1, 1_040, 'KillSwitchTriggered', TRIGGERED)],
      [line(1, 1_000, 'Halted'), line(2, 9_000, 'Released', { by: 'Ada' })],
    )
    expect(found).toMatchObject([{ id: 'a1', sinceMs: 1_000, untilMs: 9_000, releasedBy: 'Ada', toldBy: 'audit' }])
  })

  test('what only the file knows is told, unless it was another environment’s alone', async () => {
    const elsewhere = { environment: 'testnet', scope: 'environment' } as const
    const found = await list(
      [],
      [line(1, 1_000, 'Halted'), line(2, 2_000, 'Released'), line(3, 3_000, 'Halted', elsewhere), line(4, 4_000, 'Released', elsewhere)],
    )
    expect(found).toMatchObject([{ id: 'h1', toldBy: 'history', untilMs: 2_000 }])
  })
})

test('X9: what a person wrote changes nothing of a report’s form', () => {
  const story: IncidentStory = {
    ...{
      id: 'a1',
      sinceMs: 0,
      untilMs: 90_000,
      environment: 'paper',
      source: 'button',
      by: 'operator',
      scope: 'machine',
      mode: 'graceful',
    },
    ...{ releasedBy: 'Ada', toldBy: 'audit', reason: 'a | b\n# Not a title <script>alert(1)</script> [x](http://y)' },
    ...{ moments: [], omitted: 0, orders: [], checks: [{ name: 'last-look', status: 'ok' }] },
  }
  const report = incidentReport(story, { version: '1', writtenAtMs: 0, head: { seq: 9, hashHex: 'ab' } })
  expect(report.split('\n').filter((each) => each.startsWith('#'))).toHaveLength(4)
  expect(report).toContain('a \\| b # Not a title \\<script\\>alert(1)\\</script\\> \\[x\\](http://y)')
  expect(report).toContain('| Lasted | 0 h 1 min 30 s |')
})
