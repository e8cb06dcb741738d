import { denial, type Denial } from '../../domain/codes'
import type { GuardFigure, Verdict } from '../../domain/guard'
import type { Guard, GuardInput } from '../guard'
import { deny, figure, pass } from '../verdict'
import { ageCheck, breakerCheck, liquidityCheck, lossCheck, quoteCheck, volatilityCheck } from './market-checks'
import { requestCheck } from './request-check'
import { swapCheck } from './swap-check'
import type { Trade, TradeCheck } from './trade'

const ID = 'slippage'
const NO_TRADE = pass(ID, [figure('expected slippage', 'none: nothing is traded')])

/** In the order in which they judge: the market first, then what will be sent, so that a draft shows its slippage before it is complete. */
const CHECKS: readonly TradeCheck[] = [breakerCheck, quoteCheck, ageCheck, volatilityCheck, liquidityCheck, lossCheck, deedCheck]

/** Product row X2: no order may lose more against the market than its risk profile allows, nor leave the machine able to. */
export const slippageGuard: Guard = {
  id: ID,
  evaluate(input: GuardInput): Verdict {
    if (input.purpose !== 'order') return tradesNothing(input)
    const { intent, quote } = input
    if (intent === null) return deny(ID, 'INVALID_INTENT', { field: 'intent' })
    if (quote === null) return deny(ID, 'QUOTE_UNAVAILABLE', { why: 'there is no quote' })
    const mayRest = intent.type === 'limit' && intent.timeInForce === 'gtc' && input.tx === null
    const trade: Trade = { input, intent, quote, limitPct: input.slippage.limitPct[intent.riskProfile], mayRest }
    const figures: GuardFigure[] = []
    for (const check of CHECKS) {
      const refusal = check(trade, figures)
      if (refusal !== null) return { guard: ID, outcome: 'deny', denial: refusal, figures }
    }
    return pass(ID, figures)
  },
}

/** An allowance, a move of funds or a message has no price to lose; a trade that goes by another name is refused. */
function tradesNothing({ purpose, request, tx, call }: GuardInput): Verdict {
  const trades = request !== null || call?.kind === 'swap' || (tx !== null && call === null)
  return trades ? deny(ID, 'CALLDATA_MISMATCH', { field: 'purpose', found: purpose, wanted: 'order' }) : NO_TRADE
}

/** An order is either asked of an exchange or signed for a chain, as its venue has it. */
function deedCheck(trade: Trade, figures: GuardFigure[]): Denial | null {
  const { request, tx, call } = trade.input
  const onChain = trade.intent.venue !== 'paper'
  if (onChain && tx !== null && call !== null && request === null) return swapCheck(trade, call, figures)
  if (!onChain && request !== null && tx === null) return requestCheck(trade, request, figures)
  return denial('INVALID_TRANSACTION', { field: onChain ? 'tx' : 'request' })
}
