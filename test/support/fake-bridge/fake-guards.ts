import type { BreakerStatusView } from '../../../src-preload/contract/breakers'
import type { GuardsView, KillSwitchView, ReleaseCheckView } from '../../../src-preload/contract/guards'
import { boundsOf, BREAKER_IDS, BREAKER_THRESHOLDS, RATE_MIN_SAMPLES, type BreakerThresholds } from '../../../src-main/domain/breaker'
import type { ReleaseCheckId } from '../../../src-main/domain/kill-switch'
import { FakeTrading, tuned } from './fake-trading'
import type { Scenario } from './scenario'

const MINUTE = 60_000
const ARMED: KillSwitchView = { state: 'armed', sinceMs: null, source: null, by: null, reason: null, scope: null }

/** The kill switch and the breakers. */
export class FakeGuards {
  killSwitch: KillSwitchView
  breakers: BreakerStatusView[]
  readonly trading: FakeTrading

  constructor(
    private readonly scenario: Scenario,
    nowMs: number,
  ) {
    this.killSwitch = firstState(scenario, nowMs)
    this.trading = new FakeTrading(scenario, nowMs)
    this.breakers = BREAKER_IDS.map((id) => breaker(id, scenario.openBreakers, nowMs))
  }

  view(nowMs: number): GuardsView {
    return { killSwitch: this.killSwitch, trading: this.trading.view(this.killSwitch, nowMs), breakers: this.breakers, atMs: nowMs }
  }

  halt(source: 'button' | 'shortcut', nowMs: number): void {
    if (this.killSwitch.state === 'armed')
      this.killSwitch = { state: 'triggered', sinceMs: nowMs, source, by: 'operator', reason: null, scope: 'machine' }
  }

  release(): void {
    this.killSwitch = ARMED
  }

  isolate(id: string, reason: string, nowMs: number): void {
    this.breakers = this.breakers.map((each) =>
      each.id === id
        ? {
            ...each,
            state: 'isolated',
            openedAtMs: nowMs,
            halfOpenAtMs: null,
            history: [...each.history, { atMs: nowMs, kind: 'isolated', by: 'operator', detail: reason }],
          }
        : each,
    )
  }

  tune(id: string, thresholds: BreakerThresholds | null, reason: string, nowMs: number): void {
    this.breakers = this.breakers.map((each) => (each.id === id ? tuned(each, thresholds, reason, nowMs) : each))
  }

  close(id: string, reason: string, nowMs: number): void {
    this.breakers = this.breakers.map((each) =>
      each.id === id
        ? {
            ...each,
            state: 'closed',
            openedAtMs: null,
            halfOpenAtMs: null,
            history: [...each.history, { atMs: nowMs, kind: 'reset', by: 'operator', detail: reason }],
          }
        : each,
    )
  }

  checks(): ReleaseCheckView[] {
    const open = this.breakers.filter(({ state }) => state !== 'closed').map(({ id }) => id)
    const killFile = this.scenario.halted === 'by-kill-file'
    const check = (id: ReleaseCheckId, ok: boolean, detail: string, unknown = false): ReleaseCheckView => ({
      id,
      status: ok ? 'ok' : unknown ? 'unknown' : 'blocked',
      detail,
    })
    return [
      check('kill-file-absent', !killFile, killFile ? 'Delete the file “kill” in the data folder' : 'No kill file'),
      check('environment-variable-absent', true, 'No variable halts'),
      check('breakers-closed-or-acknowledged', open.length === 0, open.length === 0 ? 'All closed' : `Not closed: ${open.join(', ')}`),
      check('no-unknown-orders', !killFile, killFile ? 'Outcome unknown: o-3f1c9a20' : 'None'),
      check(
        'audit-chain-verified',
        this.scenario.auditVerdict === 'intact',
        this.scenario.auditVerdict === 'intact' ? 'Verified 2 min ago' : 'Not verified yet',
        true,
      ),
      check('signer-health', true, 'No signer is needed for paper'),
      check('venue-health', true, 'Answered 1 s ago'),
      check('triggers-clear', !killFile, killFile ? '148 MB are free beside the data (halts below 200 MB).' : 'They find nothing'),
    ]
  }
}

function firstState({ halted }: Scenario, nowMs: number): KillSwitchView {
  if (halted === 'no') return ARMED
  if (halted === 'by-button')
    return { state: 'triggered', sinceMs: nowMs - 3 * MINUTE, source: 'button', by: 'operator', reason: null, scope: 'machine' }
  return {
    state: 'triggered',
    sinceMs: nowMs - 12 * MINUTE,
    source: 'kill-file',
    by: 'system',
    reason: 'a kill file appeared in the data folder',
    scope: 'machine',
  }
}

function breaker(id: (typeof BREAKER_IDS)[number], someOpen: boolean, nowMs: number): BreakerStatusView {
  const limits = { ...BREAKER_THRESHOLDS[id], rateMinSamples: RATE_MIN_SAMPLES }
  const calm: BreakerStatusView = {
    id,
    state: 'closed',
    failuresInWindow: id === 'trade' ? 1 : 0,
    samplesInWindow: id === 'trade' ? 14 : id === 'network' ? 310 : 3,
    consecutive: id === 'trade' ? 1 : 0,
    ratePct: id === 'trade' ? '7.1' : id === 'network' ? '0' : null,
    limits,
    openedAtMs: null,
    halfOpenAtMs: null,
    probing: false,
    bounds: boundsOf(id),
    tunedFrom: null,
    saveTrouble: null,
    history: id === 'trade' ? [{ atMs: nowMs - 4 * MINUTE, kind: 'failed', by: 'system', detail: 'REVERTED' }] : [],
  }
  if (!someOpen) return calm
  if (id === 'slippage')
    return {
      ...calm,
      state: 'open',
      failuresInWindow: 8,
      samplesInWindow: 11,
      consecutive: 4,
      ratePct: '72.7',
      openedAtMs: nowMs - MINUTE,
      halfOpenAtMs: nowMs + 44 * MINUTE + 12_000,
      history: [
        { atMs: nowMs - 21 * MINUTE, kind: 'failed', by: 'system', detail: 'INSUFFICIENT_LIQUIDITY' },
        { atMs: nowMs - 9 * MINUTE, kind: 'failed', by: 'system', detail: 'EXCEEDED_LIMIT' },
        { atMs: nowMs - 2 * MINUTE, kind: 'failed', by: 'system', detail: 'EXCEEDED_LIMIT' },
        { atMs: nowMs - MINUTE, kind: 'opened', by: 'system', detail: 'consecutive' },
      ],
    }
  if (id === 'network')
    return {
      ...calm,
      state: 'half-open',
      failuresInWindow: 2,
      consecutive: 1,
      openedAtMs: nowMs - 16 * MINUTE,
      halfOpenAtMs: nowMs - MINUTE,
      probing: true,
    }
  if (id === 'volatility')
    return {
      ...calm,
      state: 'isolated',
      openedAtMs: nowMs - 6 * MINUTE,
      history: [{ atMs: nowMs - 6 * MINUTE, kind: 'isolated', by: 'operator', detail: 'news at noon' }],
    }
  return calm
}
