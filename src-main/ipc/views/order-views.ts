import { addressesOf, describeCall } from './call-fields'
import type {
  DenialView,
  OrderDetail,
  OrderDraft,
  OrderSummary,
  PlanView,
  PreviewView,
  QuoteView,
  SimulationView,
  StepView,
  VerdictView,
} from '../../../src-preload/contract/orders'
import type { Denial, Failure } from '../../domain/codes'
import type { BalanceChange, Simulation } from '../../domain/evm'
import type { Verdict } from '../../domain/guard'
import type { Instrument } from '../../domain/instrument'
import type { OrderIntent } from '../../domain/intent'
import { isOpen } from '../../domain/order'
import type { OrderPlan } from '../../domain/plan'
import { lossPct, type Quote } from '../../domain/quote'
import type { Engine } from '../../engine/engine'
import type { OrderRecord, TransactionRecord } from '../../engine/journal/records'
import type { Accounts } from '../../engine/ports'
import type { DraftedPlan } from '../../engine/orders/build-plan'
import { chainOf } from '../../engine/orders/chain-of'
import { classToRetry } from '../../engine/orders/next-attempt'
import type { PreparedOrder } from '../../engine/orders/order-desk'
import { waitingRoot } from '../../engine/orders/plan-replacement'
import { decimal, fromUnits, ZERO, type Decimal } from '../../lib/decimal'
import { toJson, type Json } from '../../lib/json'

/** The coin that gas is paid in, as orders name it. */
const COIN = 'ETH'
const COIN_DECIMALS = 18
/** Enough for a cent of a cent. */
const USD_DIGITS = 6

/** A refusal or failure as windows see it. */
export function obstacleView(why: Denial | Failure): NonNullable<PreviewView['obstacle']> {
  return 'figures' in why
    ? { code: why.code, figures: { ...why.figures } }
    : { code: why.code, figures: { detail: why.detail.slice(0, 2_000) } }
}

/** The picture beside the ticket. `atMs` is when it was made. */
export function previewView(drafted: Omit<DraftedPlan, 'orderId'>, instrument: Instrument, atMs: number): PreviewView {
  const { quote, plan } = drafted
  return {
    instrument: instrumentView(instrument),
    quote: quote === null ? null : quoteView(quote),
    networkFee: plan?.networkFee == null ? null : toJson(plan.networkFee),
    slippageLimitPct: drafted.slippageLimitPct.toFixed(),
    minReceived: plan === null ? null : plan.minReceived.toFixed(),
    receivedAsset: receivedAsset(instrument, quote?.side ?? 'buy'),
    notionalUsd: drafted.notionalUsd?.toFixed() ?? null,
    verdicts: verdictViews(drafted.verdicts.map((verdict) => toJson(verdict))),
    obstacle: drafted.obstacle === null ? null : obstacleView(drafted.obstacle),
    atMs,
  }
}

/** A plan as it is shown for signing off. */
export function planView(prepared: PreparedOrder, draft: OrderDraft, account: string): PlanView {
  const { plan, planHash, verdicts } = prepared
  return {
    planId: plan.planId,
    planHash,
    orderId: plan.orderId,
    draft,
    preview: previewView(
      { quote: plan.quote, plan, verdicts, obstacle: null, slippageLimitPct: plan.slippageLimitPct, notionalUsd: plan.notionalUsd },
      plan.quote.instrument,
      plan.createdAtMs,
    ),
    steps: stepViews(toJson(plan), plan.quote.instrument),
    simulation: plan.simulation === null ? null : simulationView(toJson(plan.simulation)),
    account,
    expiresAtMs: plan.expiresAtMs,
  }
}

/** An intent as the ticket holds it. */
export function draftOf({ amount, limitPrice, environment: _, source: __, ...intent }: OrderIntent): OrderDraft {
  return { ...intent, amount: amount.toFixed(), limitPrice: limitPrice?.toFixed() ?? null }
}

/** One line of an order list; accounts are named for people. */
export function summaryView(record: OrderRecord, accounts: Accounts): OrderSummary {
  const { plan, progress } = record
  const { intent, quote } = plan
  return {
    orderId: record.orderId,
    venue: intent.venue,
    instrument: intent.instrument,
    side: intent.side,
    type: intent.type,
    state: record.state,
    open: isOpen(record.state),
    source: intent.source,
    account: accounts.labelOf(intent.account),
    baseAmount: quote.baseAmount,
    baseAsset: quote.instrument.base.symbol,
    quoteAsset: quote.instrument.quote.symbol,
    limitPrice: intent.limitPrice,
    expectedPrice: quote.expectedPrice,
    filledBase: progress.filledBase,
    averagePrice: progress.averagePrice,
    fee: progress.fee,
    feeAsset: progress.feeAsset,
    feeUsd: feeUsd(record),
    notionalUsd: plan.notionalUsd,
    why: progress.why === null ? null : { code: progress.why.code, figures: { ...progress.why.figures } },
    createdAtMs: record.createdAtMs,
    updatedAtMs: record.updatedAtMs,
  }
}

/** What a fee is worth by the prices that the plan knew: those of the quote's asset, or of the chain's coin in which gas is paid. */
function feeUsd({ plan, progress }: Pick<OrderRecord, 'plan' | 'progress'>): string | null {
  const { quote, networkFee } = plan
  if (progress.fee === null) return null
  const fee = decimal(progress.fee)
  if (progress.feeAsset === quote.instrument.quote.symbol)
    return quote.usdPerQuote === null ? null : fee.mul(quote.usdPerQuote).toDecimalPlaces(USD_DIGITS).toFixed()
  if (progress.feeAsset !== COIN || networkFee === null || networkFee.expectedUsd === null || networkFee.expectedWei === '0') return null
  const planned = fromUnits(BigInt(networkFee.expectedWei), COIN_DECIMALS)
  return fee.mul(networkFee.expectedUsd).div(planned).toDecimalPlaces(USD_DIGITS).toFixed()
}

/** One order with its life. */
export function detailView(engine: Pick<Engine, 'journal' | 'transactions' | 'canceller' | 'ports'>, record: OrderRecord): OrderDetail {
  const events = engine.journal.events(record.orderId)
  const { transactions, unreadable } = engine.transactions.readableOf(record.orderId)
  return {
    summary: summaryView(record, engine.ports.accounts),
    events: events.map(({ seq, atMs, type, data }) => ({ seq, atMs, type, data: { ...data } })),
    verdicts: verdictViews(record.verdicts),
    steps: stepViews(record.plan, record.plan.quote.instrument),
    simulation: record.plan.simulation === null ? null : simulationView(record.plan.simulation),
    transactions: transactions.map(({ purpose, hash, nonce, state, replaces }) => ({
      ...{ purpose, hash, nonce, state },
      replacement: replaces !== null,
    })),
    unreadableTransactions: unreadable,
    confirmations: record.progress.confirmations,
    auditSeqs: events.flatMap(({ auditSeq }) => auditSeq ?? []),
    cancelObstacle: engine.canceller.obstacle(record),
    // What cannot be read whole is not replaced: what was not read may have its nonce.
    waitsOnChain: unreadable === 0 && waitingRoot(transactions) !== null,
    waitsForChain: waitsForChain(engine, record, transactions),
    attempt: record.plan.attempt === undefined ? null : { number: record.plan.attempt.number, after: record.plan.attempt.after },
    // What was decided about an end that the chain has taken back is nobody's business any more.
    retry:
      record.progress.retry === undefined || classToRetry(record) === null
        ? null
        : { ...record.progress.retry, why: [...record.progress.retry.why] },
  }
}

/** Of an open order, and of what one that has ended left waiting: the chain that it is on, where that one is not connected. */
function waitsForChain({ ports }: Pick<Engine, 'ports'>, { state, plan }: OrderRecord, txs: readonly TransactionRecord[]): number | null {
  const out = isOpen(state) ? txs.find((tx) => tx.hash !== null && OUT.has(tx.state)) : waitingRoot(txs)
  return out == null || chainOf(ports.venues, plan.intent.venue, out) !== null ? null : out.chainId
}

const OUT: ReadonlySet<TransactionRecord['state']> = new Set<TransactionRecord['state']>(['sending', 'sent', 'mined'])

/** An instrument for windows. */
export function instrumentView(instrument: Json<Instrument>): PreviewView['instrument'] {
  return {
    symbol: instrument.symbol,
    venue: instrument.venue,
    base: { ...instrument.base },
    quote: { ...instrument.quote },
    priceDigits: instrument.priceDigits,
    amountDigits: instrument.amountDigits,
    minAmountBase: instrument.minAmountBase,
    orderTypes: [...instrument.orderTypes],
  }
}

function verdictViews(verdicts: readonly Json<Verdict>[]): VerdictView[] {
  return verdicts.map((verdict) =>
    verdict.outcome === 'pass'
      ? { guard: verdict.guard, outcome: 'pass', figures: [...verdict.figures] }
      : { guard: verdict.guard, outcome: 'deny', figures: [...verdict.figures], denial: denialView(verdict.denial) },
  )
}

function denialView(denial: Json<Denial>): DenialView {
  return { code: denial.code, figures: { ...denial.figures } }
}

function quoteView(quote: Quote): QuoteView {
  const volatility =
    quote.range === null || quote.midPrice.isZero() ? null : quote.range.high.sub(quote.range.low).div(quote.midPrice).mul(100)
  const pct = (value: Decimal): string => value.toDecimalPlaces(6).toFixed()
  const lossAt = (price: Decimal): string => pct(lossPct(quote.side, price, quote.midPrice) ?? ZERO)
  return {
    baseAmount: quote.baseAmount.toFixed(),
    quoteAmount: quote.quoteAmount.toFixed(),
    midPrice: quote.midPrice.toFixed(),
    bestPrice: quote.bestPrice.toFixed(),
    expectedPrice: quote.expectedPrice.toFixed(),
    worstPrice: quote.worstPrice.toFixed(),
    fillable: quote.fillable.toFixed(),
    depthLevelsWalked: quote.depthLevelsWalked,
    fee: quote.fee.toFixed(),
    feeAsset: quote.feeAsset,
    feePct: quote.feePct.toFixed(),
    slippagePct: lossAt(quote.expectedPrice),
    impactPct: lossAt(quote.worstPrice),
    volatilityPct: volatility === null ? null : pct(volatility),
    quotedAtMs: Math.round(quote.quotedAtMs),
  }
}

function simulationView(simulation: Json<Simulation>): SimulationView {
  return {
    ok: simulation.ok,
    revertReason: simulation.revertReason,
    changes: simulation.changes.map((change: Json<BalanceChange>) => ({
      account: change.account,
      asset: change.asset,
      token: change.token,
      delta: fromUnits(BigInt(change.deltaRaw), change.decimals).toFixed(),
    })),
    gasUsed: simulation.gasUsed,
    method: simulation.method,
    blockNumber: simulation.blockNumber,
  }
}

function stepViews(plan: Json<OrderPlan>, instrument: Json<Instrument>): StepView[] {
  return plan.steps.map((step): StepView => {
    if (step.kind === 'venue-order') {
      return {
        kind: 'venue-order',
        purpose: 'order',
        clientOrderId: step.request.clientOrderId,
        baseAmount: step.request.baseAmount,
        limitPrice: step.request.limitPrice,
      }
    }
    const { tx } = step
    return {
      kind: 'evm-tx',
      purpose: step.purpose,
      chainId: tx.chainId,
      from: tx.from,
      to: tx.to,
      nonce: tx.nonce,
      valueWei: tx.valueWei,
      data: tx.data,
      gasLimit: tx.gasLimit,
      maxFeePerGasWei: tx.maxFeePerGasWei,
      maxPriorityFeePerGasWei: tx.maxPriorityFeePerGasWei,
      action: step.call.kind,
      fields: describeCall(step.call, addressesOf(instrument)),
    }
  })
}

function receivedAsset(instrument: Instrument, side: 'buy' | 'sell'): string {
  return side === 'buy' ? instrument.base.symbol : instrument.quote.symbol
}
