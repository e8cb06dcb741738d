import { DEFAULT_WATCH_SETTINGS } from '../../../src-main/domain/watch'
import type { HaltHistory, HaltHistoryLine, StandView, WatchSettingsView, WatchView } from '../../../src-preload/contract/watch'
import type { FakeGuards } from './fake-guards'
import type { Scenario } from './scenario'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const UNKNOWN_ORDER = 'o-3f1c9a20'

type Entry = Extract<HaltHistoryLine, { kind: 'entry' }>

/** What halts by itself, the dead-man switch, maintenance, and the history of halts. */
export class FakeWatch {
  settings: WatchSettingsView
  private seenAtMs: number
  private maintenance: StandView['maintenance']
  private explained: string | null = null

  constructor(
    private readonly scenario: Scenario,
    private readonly guards: FakeGuards,
    private readonly startedAtMs: number,
  ) {
    const missing = scenario.watch === 'missing'
    this.settings = { ...DEFAULT_WATCH_SETTINGS, deadManOn: missing }
    this.seenAtMs = missing ? startedAtMs - (this.settings.deadManAfterMin - 4) * MINUTE : startedAtMs
    this.maintenance =
      scenario.watch === 'maintenance'
        ? { purpose: 'migration', by: 'ada', reason: 'moving to the new machine', sinceMs: startedAtMs - 20 * MINUTE }
        : null
    if (this.maintenance !== null) this.guards.killSwitch = { ...HALTED, state: 'maintenance', sinceMs: this.maintenance.sinceMs }
  }

  stand(nowMs: number): StandView {
    const { deadManOn, deadManAfterMin, deadManWarnMin } = this.settings
    const haltsAtMs = this.seenAtMs + deadManAfterMin * MINUTE
    const state = !deadManOn ? 'off' : haltsAtMs - nowMs > deadManWarnMin * MINUTE ? 'present' : 'warning'
    return { presence: { state, haltsAtMs: deadManOn ? haltsAtMs : null, seenAtMs: this.seenAtMs }, maintenance: this.maintenance }
  }

  view(nowMs: number): WatchView {
    const killFile = this.scenario.halted === 'by-kill-file'
    return {
      ...this.stand(nowMs),
      settings: this.settings,
      findings: killFile ? [{ trigger: 'disk-full', reason: '148 MB are free beside the data (halts below 200 MB).' }] : [],
      freeMb: killFile ? 148 : 48_211,
      blind: this.scenario.chain ? ['Trading key: no price is known of DUST'] : [],
      unknownOrders: killFile
        ? [{ orderId: UNKNOWN_ORDER, explanation: this.explained === null ? null : { by: 'operator', reason: this.explained } }]
        : [],
    }
  }

  here(nowMs: number): StandView {
    this.seenAtMs = nowMs
    return this.stand(nowMs)
  }

  explain(reason: string): void {
    this.explained = reason
  }

  enter(purpose: NonNullable<StandView['maintenance']>['purpose'], reason: string, nowMs: number): void {
    this.maintenance = { purpose, by: 'operator', reason, sinceMs: nowMs }
    this.guards.killSwitch = { ...HALTED, state: 'maintenance', sinceMs: nowMs }
  }

  leave(): void {
    this.maintenance = null
    this.guards.killSwitch = { ...this.guards.killSwitch, state: 'triggered' }
  }

  history(limit: number): HaltHistory {
    if (!this.scenario.orders) return { lines: [], total: 0, intact: true, problem: null }
    const t = this.startedAtMs
    const past: readonly (readonly [number, Pick<Entry, 'event' | 'by' | 'reason'> & Partial<Entry>])[] = [
      [72 * HOUR, { event: 'Halted', source: 'button', by: 'operator', reason: 'the halt button was pressed', details: [MODE] }],
      [71 * HOUR, { event: 'RecoveryBegun', by: 'operator', reason: 'the drill is over' }],
      [
        71 * HOUR - MINUTE,
        { event: 'ReleaseRefused', by: 'operator', reason: 'the drill is over', details: [detail('code', 'CHECKS_BLOCKED')] },
      ],
      [70 * HOUR, { event: 'ReleaseAuthorised', by: 'operator', reason: 'the drill is over', details: [detail('means', 'key-1')] }],
      [70 * HOUR, { event: 'Released', by: 'operator', reason: 'the drill is over' }],
      [
        5 * HOUR,
        { event: 'Halted', source: 'automatic', by: 'clock-jump', reason: 'The clock jumped back by 300.0 s (halts above 30 s).' },
      ],
      [4 * HOUR, { event: 'MaintenanceEntered', by: 'ada', reason: 'time server', details: [detail('purpose', 'other')] }],
      [3 * HOUR, { event: 'MaintenanceLeft', by: 'ada', reason: 'time server' }],
    ]
    const lines = past.map(([agoMs, entry], index): HaltHistoryLine => ({
      kind: 'entry',
      seq: index + 1,
      atMs: t - agoMs,
      environment: 'paper',
      scope: 'machine',
      source: null,
      details: [],
      linked: true,
      ...entry,
    }))
    const broken = this.scenario.auditVerdict === 'broken'
    const bad: HaltHistoryLine = { kind: 'bad', lineNumber: lines.length + 1, text: '{"atMs":17000', why: 'not JSON' }
    const all = broken ? [...lines, bad] : lines
    return { lines: all.slice(-limit).reverse(), total: all.length, intact: !broken, problem: null }
  }
}

const HALTED = { source: 'button', by: 'operator', reason: 'maintenance', scope: 'machine' } as const
const detail = (name: string, value: string) => ({ name, value })
const MODE = detail('mode', 'gate-only')
