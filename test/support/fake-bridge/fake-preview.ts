import type { OrderDraft, PreviewView, VerdictView } from '../../../src-preload/contract/orders'
import type { GuardsView } from '../../../src-preload/contract/guards'
import { GUARD_IDS } from '../../../src-main/domain/guard'
import type { BreakerId } from '../../../src-main/domain/breaker'
import { Decimal, decimal, parseDecimal } from '../../../src-main/lib/decimal'
import type { FakeMarket } from './fake-market'

const LIMITS = { conservative: '0.5', moderate: '1', aggressive: '2' }
const MAX_USD = '25000'
const FEE_PCT = '0.1'

/** What every guard says of a draft, and what it would cost. */
export function fakePreview(draft: OrderDraft, market: FakeMarket, guards: GuardsView, nowMs: number): PreviewView | null {
  const instrument = market.find(draft.venue, draft.instrument)
  const amount = parseDecimal(draft.amount)
  if (instrument === undefined || !amount.ok) return null
  const depth = market.depth(instrument.symbol, 40, nowMs)
  const mid = market.mid(instrument.symbol)
  const levels = draft.side === 'buy' ? depth.asks : depth.bids
  const wanted =
    draft.amountUnit === 'base' ? amount.value : amount.value.div(mid).toDecimalPlaces(instrument.amountDigits, Decimal.ROUND_DOWN)
  const walk = walkLevels(levels, wanted)
  const price = walk.filled.isZero() ? mid : walk.paid.div(walk.filled)
  const lossPct = (at: Decimal) =>
    at
      .minus(mid)
      .div(mid)
      .mul(draft.side === 'buy' ? 100 : -100)
  const limitPct = decimal(LIMITS[draft.riskProfile])
  const [received, receivedAsset] = draft.side === 'buy' ? [wanted, instrument.base.symbol] : [walk.paid, instrument.quote.symbol]
  const fee = received.mul(FEE_PCT).div(100)
  const minReceived = received.minus(fee).mul(decimal(100).minus(limitPct)).div(100)
  const fillable = wanted.isZero() ? decimal(1) : Decimal.min(1, walk.filled.div(wanted))
  const notional = wanted.mul(mid)
  return {
    instrument,
    quote: {
      baseAmount: wanted.toFixed(),
      quoteAmount: price.mul(wanted).toFixed(),
      midPrice: mid.toFixed(),
      bestPrice: levels[0]?.price ?? mid.toFixed(),
      expectedPrice: price.toFixed(),
      worstPrice: walk.worst,
      fillable: fillable.toFixed(),
      depthLevelsWalked: walk.levels,
      fee: fee.toFixed(),
      feeAsset: receivedAsset,
      feePct: FEE_PCT,
      slippagePct: lossPct(price).toFixed(),
      impactPct: lossPct(decimal(walk.worst)).toFixed(),
      volatilityPct: '2.13',
      quotedAtMs: nowMs,
    },
    networkFee:
      draft.venue === 'paper'
        ? null
        : { gasLimit: '184000', expectedWei: '2760000000000000', maxWei: '5520000000000000', expectedUsd: '6.89' },
    slippageLimitPct: limitPct.toFixed(),
    minReceived: minReceived.toFixed(),
    receivedAsset,
    notionalUsd: notional.toFixed(2),
    verdicts: verdictsOf({
      guards,
      slippagePct: lossPct(price),
      limitPct,
      fillable,
      notional,
      profile: draft.riskProfile,
      onChain: draft.venue !== 'paper',
      sells: draft.side === 'sell',
    }),
    obstacle: null,
    atMs: nowMs,
  }
}

function walkLevels(levels: readonly { readonly price: string; readonly sizeBase: string }[], wanted: Decimal) {
  let [filled, paid, worst, count] = [decimal(0), decimal(0), levels[0]?.price ?? '0', 0]
  for (const { price, sizeBase } of levels) {
    if (filled.gte(wanted)) break
    const take = Decimal.min(sizeBase, wanted.minus(filled))
    filled = filled.plus(take)
    paid = paid.plus(take.mul(price))
    worst = price
    count++
  }
  return { filled, paid, worst, levels: count }
}

interface Facts {
  readonly guards: GuardsView
  readonly slippagePct: Decimal
  readonly limitPct: Decimal
  readonly fillable: Decimal
  readonly notional: Decimal
  readonly profile: string
  readonly onChain: boolean
  readonly sells: boolean
}

function verdictsOf({ guards, slippagePct, limitPct, fillable, notional, profile, onChain, sells }: Facts): VerdictView[] {
  const figure = (name: string, value: string, limit: string | null = null, unit = '') => ({ name, value, limit, unit })
  return GUARD_IDS.map((guard): VerdictView => {
    if (guard === 'kill-switch') {
      const { state, reason } = guards.killSwitch
      const figures = [figure('state', state, 'armed')]
      return state === 'armed'
        ? { guard, outcome: 'pass', figures }
        : { guard, outcome: 'deny', figures, denial: { code: 'KILL_SWITCH_TRIGGERED', figures: { state, reason: reason ?? 'none given' } } }
    }
    if (guard === 'trading-state') {
      const { reason, by } = guards.trading
      // What the kill switch says is its own guard's to judge.
      const state = reason === 'kill-switch' ? 'active' : guards.trading.state
      const figures = [figure('state', state, 'active')]
      if (state === 'active' || (state === 'reducing' && sells)) return { guard, outcome: 'pass', figures }
      const code = state === 'halted' ? 'TRADING_HALTED' : 'TRADING_REDUCED'
      return {
        guard,
        outcome: 'deny',
        figures,
        denial: { code, figures: { reason: reason ?? '', by: by ?? '', why: 'buys', asset: 'ETH' } },
      }
    }
    if (guard === 'slippage') {
      const figures = [
        figure('quote age', '320', '10000', 'ms'),
        figure('range of the last hour', '2.13', '50', '% of mid'),
        figure('fillable now', fillable.mul(100).toFixed(2), '100', '%'),
        figure('expected slippage', slippagePct.toFixed(4), limitPct.toFixed(), '% of mid'),
      ]
      if (fillable.lt(1))
        return {
          guard,
          outcome: 'deny',
          figures,
          denial: { code: 'INSUFFICIENT_LIQUIDITY', figures: { fillablePct: fillable.mul(100).toFixed(2) } },
        }
      if (slippagePct.lte(limitPct)) return { guard, outcome: 'pass', figures }
      const figuresOfDenial = { slippagePct: slippagePct.toFixed(4), limitPct: limitPct.toFixed(), profile }
      return { guard, outcome: 'deny', figures, denial: { code: 'EXCEEDED_LIMIT', figures: figuresOfDenial } }
    }
    if (guard === 'policy') {
      const figures = [
        figure('policy version', '3'),
        figure('order value', notional.toFixed(2), MAX_USD, 'USD'),
        ...(onChain ? [figure('gas', '184000', '500000', 'gas'), figure('fee per gas', '30000000000', '100000000000', 'wei')] : []),
      ]
      if (notional.lte(MAX_USD)) return { guard, outcome: 'pass', figures }
      return {
        guard,
        outcome: 'deny',
        figures,
        denial: { code: 'NOTIONAL_EXCEEDS_MAX', figures: { notionalUsd: notional.toFixed(2), maxUsd: MAX_USD } },
      }
    }
    if (guard === 'limits') {
      const used = notional.add('61240.18')
      const figures = [figure('all assets today', used.toFixed(2), '150000.00', 'USD')]
      if (used.lessThanOrEqualTo('150000')) return { guard, outcome: 'pass', figures }
      return {
        guard,
        outcome: 'deny',
        figures,
        denial: { code: 'DAY_LIMIT', figures: { usedUsd: '61240.18', valueUsd: notional.toFixed(2), limitUsd: '150000.00' } },
      }
    }
    const breaker = guard.replace('breaker-', '') as BreakerId
    const state = guards.breakers.find(({ id }) => id === breaker)?.state ?? 'closed'
    const figures = [figure('state', state, 'closed')]
    if (state === 'closed' || state === 'half-open') return { guard, outcome: 'pass', figures }
    return {
      guard,
      outcome: 'deny',
      figures,
      denial: { code: 'BREAKER_OPEN', figures: { breaker, state, timeLeftMs: state === 'isolated' ? 'unknown' : '2652000' } },
    }
  })
}
