import type { CallInput, CallName, CallOutput } from '../../../src-preload/contract'
import type { LimitsView } from '../../../src-preload/contract/limits'
import type { PatternsView } from '../../../src-preload/contract/patterns'
import { DEFAULT_LIMITS, type LimitSettings } from '../../../src-main/engine/limits/limit-settings'
import { MONTH_FIGURES } from '../../../src-main/engine/patterns/month-figures'
import type { Scenario } from './scenario'

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]
const KEY = 'paper-main|paper|ETH-USD|buy|0.5|base'

type Names = Extract<CallName, `limits.${string}` | `patterns.${string}`>

/** Limits with what is used of them, a day's losses, and unusual activity. */
export class FakeLimits {
  private settings: LimitSettings = {
    ...DEFAULT_LIMITS.paper,
    maxOrderUsd: '25000',
    maxAssetDayUsd: '100000',
    maxDayUsd: '150000',
    lossReducePct: '5',
    lossHaltPct: '10',
  }
  private readonly alarms: PatternsView['alarms']
  private patternSettings: PatternsView['settings'] = {
    sensitivity: {
      rate: 'balanced',
      hour: 'balanced',
      size: 'balanced',
      counterparty: 'balanced',
      signing: 'balanced',
      failures: 'strict',
    },
    onAlarm: 'tell',
  }
  private throttled: boolean

  constructor(
    private readonly scenario: Scenario,
    private readonly startedAtMs: number,
  ) {
    this.throttled = scenario.openBreakers
    this.alarms = scenario.orders ? alarmsAt(startedAtMs) : []
  }

  limits(nowMs: number): LimitsView {
    const { orders, openBreakers } = this.scenario
    return {
      settings: this.settings,
      trouble: null,
      dayUsd: orders ? (openBreakers ? '149210.55' : '61240.18') : '0',
      assets: orders
        ? [
            { asset: 'ETH', usedUsd: openBreakers ? '98430.20' : '41890.02' },
            { asset: 'BTC', usedUsd: '17411.16' },
            { asset: 'SOL', usedUsd: '1939' },
          ]
        : [],
      ordersLastSecond: 0,
      ordersLastMinute: orders ? 3 : 0,
      openOrders: orders ? 3 : 0,
      repeated: this.throttled
        ? [
            {
              key: KEY,
              instrument: 'ETH-USD',
              side: 'buy',
              amount: '0.5',
              amountUnit: 'base',
              count: 10,
              throttledSinceMs: this.startedAtMs - 2 * MINUTE,
            },
          ]
        : [],
      losses: orders ? [this.loss(nowMs)] : [],
      dayEndsMs: Math.ceil(nowMs / DAY) * DAY,
      atMs: nowMs,
    }
  }

  change(change: object): void {
    this.settings = { ...this.settings, ...change }
  }

  acknowledgeRepeat(): void {
    this.throttled = false
  }

  patterns(nowMs: number): PatternsView {
    return {
      settings: this.patternSettings,
      alarms: this.alarms,
      history: [
        { account: 'Paper account', orders: this.scenario.orders ? 212 : 3, sinceMs: nowMs - 26 * DAY, speaks: this.scenario.orders },
      ],
      month: MONTH_FIGURES,
      atMs: nowMs,
    }
  }

  tune(settings: PatternsView['settings']): void {
    this.patternSettings = settings
  }

  acknowledgeAlarm(alarmId: string, nowMs: number): void {
    const index = this.alarms.findIndex((alarm) => alarm.alarmId === alarmId)
    const alarm = this.alarms[index]
    if (alarm !== undefined) this.alarms[index] = { ...alarm, acknowledged: { by: 'operator', atMs: nowMs, note: '' } }
  }

  /** A day that went up, then down: past the first threshold where things are bad. */
  private loss(nowMs: number): LimitsView['losses'][number] {
    const fall = this.scenario.openBreakers ? 0.072 : 0.018
    const [start, high] = [258_000, 262_400]
    const points = Array.from({ length: 96 }, (_, index) => {
      const at = index / 95
      const trend = at < 0.45 ? start + (high - start) * (at / 0.45) : high * (1 - fall * ((at - 0.45) / 0.55))
      return { atMs: nowMs - Math.round((1 - at) * 9 * HOUR), equityUsd: (trend + 260 * Math.sin(index * 1.7)).toFixed(2) }
    })
    const equityUsd = points.at(-1)?.equityUsd ?? '0'
    const lossPct = (((high - Number(equityUsd)) / high) * 100).toFixed(4)
    return {
      id: 'paper-main',
      label: 'Paper account',
      equityUsd,
      fromUsd: String(high),
      startUsd: String(start),
      highUsd: String(high),
      lossPct,
      reducedAtMs: this.scenario.openBreakers ? nowMs - 11 * MINUTE : null,
      haltedAtMs: null,
      unknownSinceMs: null,
      points,
    }
  }

  readonly handlers: { readonly [N in Names]: (input: CallInput<N>) => CallOutput<N> } = {
    'limits.status': () => this.limits(Date.now()),
    'limits.change': ({ change }) => {
      this.change(change)
      return { done: true }
    },
    'limits.acknowledgeRepeat': () => {
      this.acknowledgeRepeat()
      return { done: true }
    },
    'limits.restartLoss': () => ({ done: true }),
    'patterns.status': () => this.patterns(Date.now()),
    'patterns.change': ({ settings }) => {
      this.tune(settings)
      return { done: true }
    },
    'patterns.acknowledge': ({ alarmId }) => {
      this.acknowledgeAlarm(alarmId, Date.now())
      return { done: true }
    },
  }
}

function alarmsAt(nowMs: number): PatternsView['alarms'] {
  const alarm = (
    id: number,
    agoMs: number,
    kind: PatternsView['alarms'][number]['kind'],
    figures: Record<string, string>,
    acknowledged: PatternsView['alarms'][number]['acknowledged'] = null,
  ): PatternsView['alarms'][number] => ({
    alarmId: `alarm-${id}`,
    atMs: nowMs - agoMs,
    account: 'Paper account',
    kind,
    orderId: `order-${id}`,
    figures: { days: '30', ...figures },
    acknowledged,
  })
  return [
    alarm(1, 9 * MINUTE, 'size', { valueUsd: '48000.00', largestUsd: '15000.00', times: '3.2' }),
    alarm(2, 3 * HOUR, 'hour', { hourUtc: '3', fromUtc: '2', toUtc: '5', near: '0', orders: '212' }),
    alarm(3, 26 * HOUR, 'counterparty', { role: 'spender', name: '0x000000000022D473030F116dDEE9F6B43aC78BA3', orders: '198' }),
    alarm(4, 4 * DAY, 'rate', { count: '14', busiest: '6', minutes: '60' }, { by: 'operator', atMs: nowMs - 4 * DAY + HOUR, note: '' }),
  ]
}
