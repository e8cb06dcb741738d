import { describe, expect, test } from 'vitest'

import { BREAKER_IDS } from '../../../src-main/domain/breaker'
import { prometheusText, type MetricsNow } from '../../../src-main/gateway/prometheus'

const now: MetricsNow = {
  killSwitch: 'triggered',
  tradingState: 'halted',
  breakers: Object.fromEntries(BREAKER_IDS.map((id) => [id, id === 'signer' ? 'isolated' : 'closed'])) as MetricsNow['breakers'],
  signerHealth: 0.5,
  tradeSuccessRate: 0.75,
  confirmationSeconds: 12.5,
  signerLatencyMs: null,
  securityViolations24h: 3,
  ordersOpen: 2,
  ordersUnknown: 1,
  auditEntries: 100,
  auditAnchorLag: 4,
  alertsUnacknowledged: 1,
  memoryBytes: 1e8,
  uptimeSeconds: 60,
}

describe('X7: figures as Prometheus text', () => {
  test('holds the seed’s figures, and leaves out what was not measured', async () => {
    const text = await prometheusText(now)
    for (const line of [
      'holdfast_kill_switch_status{state="triggered"} 1',
      'holdfast_kill_switch_status{state="armed"} 0',
      'holdfast_trading_halted 1',
      'holdfast_circuit_breaker_open_count 1',
      'holdfast_circuit_breaker_status{breaker="signer",state="isolated"} 1',
      'holdfast_hsm_health_score 0.5',
      'holdfast_trade_success_rate 0.75',
      'holdfast_average_confirmation_time 12.5',
      'holdfast_security_violations_24h 3',
    ])
      expect(text.split('\n')).toContain(line)
    expect(text).not.toContain('signer_latency')
    expect((await prometheusText({ ...now, killSwitch: 'armed', tradingState: 'active' })).split('\n')).toContain(
      'holdfast_trading_halted 0',
    )
    // Halted by breakers, with the kill switch armed.
    const byBreakers = (await prometheusText({ ...now, killSwitch: 'armed', tradingState: 'halted' })).split('\n')
    expect(byBreakers).toContain('holdfast_trading_halted 1')
    expect(byBreakers).toContain('holdfast_trading_state{state="halted"} 1')
  })
})
