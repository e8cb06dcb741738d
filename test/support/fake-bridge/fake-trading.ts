import { BREAKER_IDS, BREAKER_THRESHOLDS, RATE_MIN_SAMPLES, type BreakerId, type BreakerThresholds } from '../../../src-main/domain/breaker'
import { DEFAULT_HALT_RULE, type SystemHaltRule } from '../../../src-main/domain/trading-state'
import type { BreakerStatusView, RibbonPieceView, TradingStateView } from '../../../src-preload/contract/breakers'
import type { KillSwitchView } from '../../../src-preload/contract/guards'
import type { Scenario } from './scenario'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

type Own = Pick<TradingStateView, 'by' | 'sinceMs' | 'figures' | 'reason' | 'recoverAfterMs'>

/** Active, reducing or halted, and the day of the breakers. */
export class FakeTrading {
  private reducing: Own | null
  private halt: Own | null
  private rule: SystemHaltRule

  constructor({ trading }: Scenario, nowMs: number) {
    this.rule = trading === 'halted' ? { ...DEFAULT_HALT_RULE, recoverAfterMs: 30 * MINUTE } : DEFAULT_HALT_RULE
    const since = { sinceMs: nowMs - 7 * MINUTE, recoverAfterMs: null }
    const loss = { limitUsd: '500', lostUsd: '512.4' }
    this.reducing = trading === 'reducing' ? { ...since, reason: 'loss-limit', by: 'system', figures: loss } : null
    this.halt =
      trading === 'halted'
        ? { ...since, reason: 'breakers', by: 'system', figures: { breakers: 'trade, network, slippage' }, recoverAfterMs: 30 * MINUTE }
        : null
  }

  view({ state, by, sinceMs }: KillSwitchView, nowMs: number): TradingStateView {
    const own = this.halt ?? this.reducing
    const kept: TradingStateView = {
      state: this.halt !== null ? 'halted' : this.reducing !== null ? 'reducing' : 'active',
      reason: own?.reason ?? null,
      by: own?.by ?? null,
      sinceMs: own?.sinceMs ?? null,
      figures: own?.figures ?? {},
      reducing: this.reducing === null ? [] : [this.reducing.reason === 'loss-limit' ? 'loss-limit' : 'person'],
      systemHalt: this.halt !== null,
      recoverAfterMs: this.halt?.recoverAfterMs ?? null,
      recoversAtMs: this.halt === null || this.halt.recoverAfterMs === null ? null : nowMs + 21 * MINUTE,
      rule: this.rule,
    }
    return state === 'armed' ? kept : { ...kept, state: 'halted', reason: 'kill-switch', by, sinceMs, figures: {}, recoversAtMs: null }
  }

  reduce(reason: string, nowMs: number): void {
    this.reducing ??= { reason: 'person', by: 'operator', sinceMs: nowMs, figures: { reason }, recoverAfterMs: null }
  }

  haltTrading(reason: string, recoverAfterMs: number | null, nowMs: number): void {
    this.halt ??= { reason: 'person', by: 'operator', sinceMs: nowMs, figures: { reason }, recoverAfterMs }
  }

  resume(what: 'reducing' | 'halt'): void {
    if (what === 'halt') this.halt = null
    else this.reducing = null
  }

  changeRule(rule: SystemHaltRule): void {
    this.rule = rule
  }
}

/** A breaker by other thresholds. */
export function tuned(breaker: BreakerStatusView, thresholds: BreakerThresholds | null, reason: string, nowMs: number): BreakerStatusView {
  const product = { ...BREAKER_THRESHOLDS[breaker.id] }
  return {
    ...breaker,
    limits: { ...(thresholds ?? product), rateMinSamples: RATE_MIN_SAMPLES },
    tunedFrom: thresholds === null ? null : product,
    history: [...breaker.history, { atMs: nowMs, kind: 'tuned', by: 'operator', detail: reason }],
  }
}

/** What each breaker was over the last 24 hours, ending with what it is. */
export function fakeDay(breakers: readonly BreakerStatusView[], nowMs: number) {
  const fromMs = nowMs - DAY
  const past: Partial<Record<BreakerId, readonly (readonly [number, RibbonPieceView['state']])[]>> = {
    network: [
      [0.31, 'open'],
      [0.325, 'half-open'],
      [0.33, 'closed'],
    ],
    slippage: [
      [0.62, 'open'],
      [0.655, 'half-open'],
      [0.66, 'closed'],
    ],
  }
  return {
    fromMs,
    toMs: nowMs,
    breakers: BREAKER_IDS.map((id) => {
      const now = breakers.find((each) => each.id === id)
      const turns = [...(past[id] ?? [])]
      if (now !== undefined && now.state !== 'closed') turns.push([((now.openedAtMs ?? nowMs) - fromMs) / DAY, now.state])
      const pieces: RibbonPieceView[] = []
      let [sinceMs, state]: [number, RibbonPieceView['state']] = [fromMs, 'closed']
      for (const [share, next] of [...turns, [1, 'closed'] as const]) {
        const toMs = Math.round(fromMs + share * DAY)
        pieces.push({ fromMs: sinceMs, toMs, state })
        ;[sinceMs, state] = [toMs, next]
      }
      const failuresAtMs = [0.12, 0.3, 0.308, 0.6, 0.61, 0.617, 0.9].map((share) => Math.round(fromMs + share * DAY))
      return { id, pieces, failuresAtMs: id === 'trade' || id === 'network' || id === 'slippage' ? failuresAtMs : [] }
    }),
  }
}
