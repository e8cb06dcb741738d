import { BREAKER_IDS, type BreakerId, type BreakerStateName } from '../../domain/breaker'
import type { HaltRequest, GateReceipt } from '../../engine/halt/kill-switch-types'
import type { GatewayPorts } from '../../gateway/gateway'
import { prometheusText } from '../../gateway/prometheus'
import { lastDay } from '../calls/metrics'
import type { AppContext } from '../context'

/** What the local interface may ask of the app: figures, and a halt. */
export function gatewayPorts(
  context: AppContext,
  halt: (request: HaltRequest) => GateReceipt,
): Pick<GatewayPorts, 'health' | 'metrics' | 'halt' | 'onFault'> {
  const uptimeSeconds = (): number => Math.max(0, Math.round((context.clock.wallMs() - context.facts.startedAtMs) / 1_000))
  return {
    health: () => {
      const opened = context.environment()
      const { state } = context.killSwitch().snapshot()
      const trading = opened.ok ? opened.value.tradingState.current().state : 'halted'
      const problems = opened.ok
        ? problemsOf(opened.value.audit.status().refuses, opened.value.chain.trouble?.code ?? null)
        : [opened.error.code]
      return {
        status: problems.length === 0 ? 'ok' : 'failing',
        trading_halted: state !== 'armed' || trading === 'halted',
        kill_switch_status: state,
        trading_state: trading,
        environment: context.environmentName(),
        version: context.facts.version,
        uptime_seconds: uptimeSeconds(),
        problems,
      }
    },
    metrics: async () => {
      const opened = context.environment()
      if (!opened.ok) throw new Error(opened.error.code)
      const { breakers, signers, audit } = opened.value
      const day = lastDay(context, opened.value)
      const status = audit.status()
      const views = breakers.views()
      const listed = signers.list()
      return prometheusText({
        killSwitch: context.killSwitch().snapshot().state,
        tradingState: opened.value.tradingState.current().state,
        breakers: Object.fromEntries(BREAKER_IDS.map((id) => [id, views[id].state])) as Record<BreakerId, BreakerStateName>,
        signerHealth: listed.length === 0 ? null : listed.filter(({ health }) => health.status !== 'unavailable').length / listed.length,
        tradeSuccessRate: day.successRate,
        confirmationSeconds: day.confirmationSeconds,
        signerLatencyMs: day.signerLatencyMs,
        securityViolations24h: day.securityViolations,
        ordersOpen: day.ordersOpen,
        ordersUnknown: day.ordersUnknown,
        auditEntries: status.head.seq,
        auditAnchorLag: status.lag,
        alertsUnacknowledged: context.alerts.counts().open,
        memoryBytes: process.memoryUsage.rss(),
        uptimeSeconds: uptimeSeconds(),
      })
    },
    halt: ({ by, reason }) => {
      const receipt = halt({ source: 'api', by, reason, scope: 'machine', mode: 'gate-only' })
      return { sinceMs: receipt.sinceMs, already: receipt.already }
    },
    onFault: (what, thrown) => {
      context.fault(what, thrown)
    },
  }
}

function problemsOf(...codes: readonly (string | null)[]): readonly string[] {
  return codes.filter((code) => code !== null)
}
