import { denial, type Denial } from '../../domain/codes'
import { sameAddress } from '../../domain/evm'
import type { OrderPlan } from '../../domain/plan'
import { fromUnits, ZERO, type Decimal } from '../../lib/decimal'

/**
 * Compares what the simulation says the transactions do with what was asked: it must succeed, deliver at least the minimum, cost no more
 * than was quoted plus the slippage limit, and touch nothing else of ours. Null when it agrees, or when the venue has no simulation.
 */
export function checkSimulation(plan: OrderPlan, from: string | null): Denial | null {
  const { simulation, quote, intent } = plan
  if (simulation === null || from === null) {
    return plan.steps.some((step) => step.kind === 'evm-tx')
      ? denial('SIMULATION_FAILED', { reason: 'the chain gave no simulation' })
      : null
  }
  if (!simulation.ok) return denial('SIMULATION_FAILED', { reason: simulation.revertReason ?? 'no reason given' })

  const { base, quote: quoteAsset } = quote.instrument
  const received = intent.side === 'buy' ? base : quoteAsset
  const paid = intent.side === 'buy' ? quoteAsset : base
  const maxPaid = intent.side === 'sell' ? quote.baseAmount : quote.quoteAmount.add(quote.fee).mul(plan.slippageLimitPct.div(100).add(1))
  let gotReceived = ZERO
  let gotPaid = ZERO
  for (const change of simulation.changes) {
    if (!sameAddress(change.account, from)) continue
    const delta = fromUnits(change.deltaRaw, change.decimals)
    if (sameToken(change.token, received.address)) gotReceived = gotReceived.add(delta)
    else if (sameToken(change.token, paid.address)) gotPaid = gotPaid.sub(delta)
    else if (change.token !== null && delta.lt(0)) return unexpected('also loses', delta.neg(), change.asset)
  }
  if (gotReceived.lt(plan.minReceived)) return unexpected('receives only', gotReceived, received.symbol)
  if (gotPaid.gt(maxPaid)) return unexpected('pays', gotPaid, paid.symbol)
  return null
}

function unexpected(what: string, amount: Decimal, asset: string): Denial {
  return denial('SIMULATION_UNEXPECTED', { what, amount: amount.toFixed(), asset })
}

function sameToken(a: string | null, b: string | null): boolean {
  return a === null || b === null ? a === b : sameAddress(a, b)
}
