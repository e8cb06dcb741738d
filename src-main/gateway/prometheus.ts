import { Gauge, Registry } from 'prom-client'

import { BREAKER_STATES, type BreakerId, type BreakerStateName } from '../domain/breaker'
import { KILL_SWITCH_STATES, type KillSwitchStateName } from '../domain/kill-switch'
import { TRADING_STATES, type TradingStateName } from '../domain/trading-state'

/** The figures of this moment; null where there is nothing to measure yet. */
export interface MetricsNow {
  readonly killSwitch: KillSwitchStateName
  /** What orders meet: the kill switch, the system-wide halt and REDUCING together. */
  readonly tradingState: TradingStateName
  readonly breakers: Readonly<Record<BreakerId, BreakerStateName>>
  /** 0 to 1: the share of signers that work. */
  readonly signerHealth: number | null
  /** 0 to 1, over the last 24 hours. */
  readonly tradeSuccessRate: number | null
  readonly confirmationSeconds: number | null
  readonly signerLatencyMs: number | null
  readonly securityViolations24h: number
  readonly ordersOpen: number
  readonly ordersUnknown: number
  readonly auditEntries: number
  /** Entries that the outside anchor does not cover yet. */
  readonly auditAnchorLag: number | null
  readonly alertsUnacknowledged: number | null
  readonly memoryBytes: number
  readonly uptimeSeconds: number
}

/**
 * The figures as Prometheus text. The seed's names are kept (`circuit_breaker_open_count`, `hsm_health_score`, `trade_success_rate`,
 * `average_confirmation_time`, `security_violations_24h`, `kill_switch_status`), under the prefix `holdfast_`; what was not measured is left out.
 */
export async function prometheusText(now: MetricsNow): Promise<string> {
  const registry = new Registry()
  const gauge = (name: string, help: string, value: number | null): void => {
    if (value !== null) new Gauge({ name: `holdfast_${name}`, help, registers: [registry] }).set(value)
  }
  const states = (name: string, help: string, all: readonly (readonly [Record<string, string>, boolean])[]): void => {
    const [first] = all
    if (first === undefined) return
    const set = new Gauge({ name: `holdfast_${name}`, help, labelNames: Object.keys(first[0]), registers: [registry] })
    for (const [labels, is] of all) set.set(labels, is ? 1 : 0)
  }
  const breakers = Object.entries(now.breakers)
  states(
    'kill_switch_status',
    '1 for the state that the kill switch is in',
    KILL_SWITCH_STATES.map((state) => [{ state }, state === now.killSwitch] as const),
  )
  states(
    'trading_state',
    '1 for the state that trading is in',
    TRADING_STATES.map((state) => [{ state }, state === now.tradingState] as const),
  )
  gauge('trading_halted', '1 while trading is halted, by whatever', now.killSwitch === 'armed' && now.tradingState !== 'halted' ? 0 : 1)
  states(
    'circuit_breaker_status',
    '1 for the state that a breaker is in',
    breakers.flatMap(([breaker, is]) => BREAKER_STATES.map((state) => [{ breaker, state }, state === is] as const)),
  )
  gauge(
    'circuit_breaker_open_count',
    'Breakers that are open or isolated',
    breakers.filter(([, state]) => state === 'open' || state === 'isolated').length,
  )
  gauge('hsm_health_score', 'Share of signers that work, 0 to 1', now.signerHealth)
  gauge('trade_success_rate', 'Share of orders of the last 24 hours that ended well, 0 to 1', now.tradeSuccessRate)
  gauge('average_confirmation_time', 'Mean seconds to confirmation over the last 24 hours', now.confirmationSeconds)
  gauge('signer_latency_milliseconds', 'Mean milliseconds of a signature over the last 24 hours', now.signerLatencyMs)
  gauge('security_violations_24h', 'Audit entries of category SECURITY_VIOLATION in the last 24 hours', now.securityViolations24h)
  gauge('orders_open', 'Orders that can still change', now.ordersOpen)
  gauge('orders_unknown', 'Orders of unknown outcome', now.ordersUnknown)
  gauge('audit_entries', 'Entries in the audit log', now.auditEntries)
  gauge('audit_anchor_lag', 'Entries that the outside anchor does not cover yet', now.auditAnchorLag)
  gauge('alerts_unacknowledged', 'Alerts that nobody has acknowledged', now.alertsUnacknowledged)
  gauge('memory_bytes', 'Resident memory of the main process', now.memoryBytes)
  gauge('uptime_seconds', 'Seconds since the app was started', now.uptimeSeconds)
  return registry.metrics()
}
