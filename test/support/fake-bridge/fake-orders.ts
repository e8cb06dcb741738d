import type {
  OrderDetail,
  OrderDraft,
  OrderEventView,
  OrderSummary,
  PlanView,
  PreviewView,
  ReplaceOptionView,
  ReplaceOutcomeView,
  StepView,
} from '../../../src-preload/contract/orders'
import { TERMINAL_STATES, type OrderEventType, type OrderState } from '../../../src-main/domain/order'
import { TOKENS } from './fake-market'
import { hexOf, seeded } from './random'

const ACCOUNT_ADDRESS = '0x71C7656EC7ab88b098defB751B7401B5f6d8976F'
const ROUTER = '0xE592427A0AEce92De3Edee1F18E0157C05861564'
const PLAN_MS = 30_000

interface Kept {
  summary: OrderSummary
  plan: PlanView
  events: OrderEventView[]
  hash: string | null
  confirmations: OrderDetail['confirmations']
}

/** Something that will happen to an order. */
interface Beat {
  readonly afterMs: number
  readonly type: OrderEventType
  readonly state: OrderState
  readonly data?: Record<string, string>
  readonly change?: Partial<OrderSummary>
  readonly confirmations?: { have: number; need: number; finalityNeeded: boolean }
}

/** Orders that live through their states by themselves. */
export class FakeOrders {
  private readonly random = seeded(42)
  private readonly plans = new Map<string, PlanView>()
  private readonly kept = new Map<string, Kept>()
  private seq = 124_000

  constructor(private readonly announce: (order: OrderSummary) => void) {}

  prepare(draft: OrderDraft, preview: PreviewView, nowMs: number): PlanView {
    const id = hexOf(this.random, 12)
    const onChain = draft.venue !== 'paper'
    const plan: PlanView = {
      planId: `plan-${id}`,
      planHash: `0x${hexOf(this.random, 64)}`,
      orderId: `ord-${id}`,
      draft,
      preview,
      steps: onChain ? chainSteps(preview, draft, this.random) : [venueStep(preview, id)],
      simulation: onChain
        ? {
            ok: true,
            revertReason: null,
            changes: [
              {
                account: ACCOUNT_ADDRESS,
                asset: 'ETH',
                token: null,
                delta: draft.side === 'sell' ? `-${preview.quote?.baseAmount ?? '0'}` : (preview.quote?.baseAmount ?? '0'),
              },
              {
                account: ACCOUNT_ADDRESS,
                asset: 'USDC',
                token: TOKENS.USDC,
                delta: draft.side === 'sell' ? (preview.quote?.quoteAmount ?? '0') : `-${preview.quote?.quoteAmount ?? '0'}`,
              },
            ],
            gasUsed: '141882',
            method: 'eth_simulateV1',
            blockNumber: 21_345_678,
          }
        : null,
      account: onChain ? 'Trading key' : 'Paper account',
      expiresAtMs: nowMs + PLAN_MS,
    }
    this.plans.set(plan.planId, plan)
    return plan
  }

  discard(planId: string): void {
    this.plans.delete(planId)
  }

  confirm(planId: string, nowMs: number): string | null {
    const plan = this.plans.get(planId)
    if (plan === undefined) return null
    this.plans.delete(planId)
    this.add(plan, nowMs, plan.steps.some(({ kind }) => kind === 'evm-tx') ? chainLife(plan, this.random) : paperLife(plan))
    return plan.orderId
  }

  /** Puts an order in as if it had lived before, with its events behind it. */
  past(plan: PlanView, atMs: number, end: 'filled' | 'denied' | 'rejected' | 'canceled' | 'working' | 'unknown'): void {
    this.plans.delete(plan.planId)
    this.add(plan, atMs, [])
    const beats: Record<typeof end, Beat[]> = {
      filled: paperLife(plan),
      denied: [
        {
          afterMs: 12,
          type: 'OrderDenied',
          state: 'denied',
          data: { code: 'EXCEEDED_LIMIT', guard: 'slippage', slippagePct: '1.42', limitPct: '1' },
          change: { why: { code: 'EXCEEDED_LIMIT', figures: { slippagePct: '1.42', limitPct: '1' } } },
        },
      ],
      rejected: [
        ...paperLife(plan).slice(0, 2),
        {
          afterMs: 80,
          type: 'OrderRejected',
          state: 'rejected',
          data: { code: 'INSUFFICIENT_FUNDS', detail: 'free 12.40 USD' },
          change: { why: { code: 'INSUFFICIENT_FUNDS', figures: { detail: 'free 12.40 USD' } } },
        },
      ],
      canceled: [
        ...paperLife(plan).slice(0, 3),
        { afterMs: 61_000, type: 'OrderCancelRequested', state: 'working' },
        {
          afterMs: 40,
          type: 'OrderCanceled',
          state: 'canceled',
          data: { remainingBase: plan.preview.quote?.baseAmount ?? '0', why: 'asked for' },
        },
      ],
      working: paperLife(plan).slice(0, 3),
      unknown: [
        ...paperLife(plan).slice(0, 2),
        { afterMs: 5_000, type: 'OrderOutcomeUnknown', state: 'unknown', data: { code: 'TIMEOUT_ERROR', detail: 'no answer in 5 s' } },
      ],
    }
    let at = atMs
    for (const beat of beats[end]) {
      at += beat.afterMs
      this.apply(plan.orderId, beat, at)
    }
  }

  list(which: 'open' | 'closed' | 'all', limit: number, beforeMs: number | null): OrderSummary[] {
    return [...this.kept.values()]
      .map(({ summary }) => summary)
      .filter(({ open, createdAtMs }) => (which === 'all' || open === (which === 'open')) && (beforeMs === null || createdAtMs < beforeMs))
      .sort((a, b) => b.createdAtMs - a.createdAtMs)
      .slice(0, limit)
  }

  detail(orderId: string): OrderDetail | null {
    const kept = this.kept.get(orderId)
    if (kept === undefined) return null
    const { summary, plan, events, hash, confirmations } = kept
    const onChain = plan.simulation !== null
    return {
      summary,
      events,
      verdicts: plan.preview.verdicts,
      steps: plan.steps,
      simulation: plan.simulation,
      transactions: onChain ? [{ purpose: 'order', hash, nonce: 41, state: summary.open ? 'sent' : 'mined', replacement: false }] : [],
      unreadableTransactions: 0,
      confirmations,
      auditSeqs: events.map(({ seq }) => seq),
      cancelObstacle: !summary.open ? 'NOT_OPEN' : onChain ? 'ALREADY_SENT_TO_CHAIN' : null,
      waitsForChain: null,
      waitsOnChain: onChain && summary.state === 'submitted',
      attempt: null,
      retry: null,
    }
  }

  /** What replacing would cost; nothing can be replaced here once it is in a block. */
  replaceOption(orderId: string, how: 'speed-up' | 'cancel', halted: boolean): ReplaceOptionView {
    if (this.kept.get(orderId)?.summary.state !== 'submitted') return { kind: 'impossible', why: 'TOO_LATE', code: null, figures: {} }
    if (how === 'speed-up' && halted) return { kind: 'impossible', why: 'DENIED', code: 'KILL_SWITCH_TRIGGERED', figures: {} }
    const perGasWei = 33_000_000_000n
    return {
      kind: 'possible',
      mostWei: String(perGasWei * (how === 'cancel' ? 21_000n : 184_000n)),
      perGasWei: String(perGasWei),
      beforePerGasWei: '30000000000',
    }
  }

  /** Sends the replacement; a cancel is in the next block. */
  replace(orderId: string, how: 'speed-up' | 'cancel', nowMs: number, halted: boolean): ReplaceOutcomeView {
    const option = this.replaceOption(orderId, how, halted)
    if (option.kind === 'impossible') return option
    const hash = `0x${hexOf(this.random, 64)}`
    const data = { how, nonce: '41', maxFeePerGasWei: option.perGasWei }
    this.apply(orderId, { afterMs: 0, type: 'OrderReplacing', state: 'submitted', data }, nowMs)
    this.apply(orderId, { afterMs: 0, type: 'OrderReplaced', state: 'submitted', data: { how, hash } }, nowMs)
    if (how === 'cancel') {
      this.apply(orderId, { afterMs: 0, type: 'OrderCancelIncluded', state: 'confirming', data: { hash, block: '21345680' } }, nowMs)
      this.apply(orderId, { afterMs: 0, type: 'OrderCanceled', state: 'canceled', data: { hash, why: 'replaced on the chain' } }, nowMs)
    }
    return { kind: 'sent', hash }
  }

  cancel(orderId: string, nowMs: number): boolean {
    const kept = this.kept.get(orderId)
    if (kept === undefined || !kept.summary.open) return false
    this.apply(orderId, { afterMs: 0, type: 'OrderCancelRequested', state: kept.summary.state }, nowMs)
    this.apply(orderId, { afterMs: 0, type: 'OrderCanceled', state: 'canceled', data: { why: 'asked for' } }, nowMs)
    return true
  }

  private add(plan: PlanView, atMs: number, life: readonly Beat[]): void {
    const { draft, preview } = plan
    const summary: OrderSummary = {
      orderId: plan.orderId,
      venue: draft.venue,
      instrument: draft.instrument,
      side: draft.side,
      type: draft.type,
      state: 'initialized',
      open: true,
      source: 'person',
      account: plan.account,
      baseAmount: preview.quote?.baseAmount ?? '0',
      baseAsset: preview.instrument.base.symbol,
      quoteAsset: preview.instrument.quote.symbol,
      limitPrice: draft.type === 'limit' ? draft.limitPrice : null,
      expectedPrice: preview.quote?.expectedPrice ?? '0',
      filledBase: '0',
      averagePrice: null,
      fee: null,
      feeAsset: null,
      feeUsd: null,
      notionalUsd: preview.notionalUsd,
      why: null,
      createdAtMs: atMs,
      updatedAtMs: atMs,
    }
    this.kept.set(plan.orderId, { summary, plan, events: [], hash: null, confirmations: null })
    this.apply(plan.orderId, { afterMs: 0, type: 'OrderInitialized', state: 'initialized' }, atMs)
    this.live(plan.orderId, life)
  }

  private live(orderId: string, [beat, ...rest]: readonly Beat[]): void {
    if (beat === undefined) return
    setTimeout(() => {
      if (this.kept.get(orderId)?.summary.open !== true) return
      this.apply(orderId, beat, Date.now())
      this.live(orderId, rest)
    }, beat.afterMs)
  }

  private apply(orderId: string, { type, state, data = {}, change = {}, confirmations }: Beat, atMs: number): void {
    const kept = this.kept.get(orderId)
    if (kept === undefined) return
    kept.events.push({ seq: ++this.seq, atMs, type, data })
    if (data['hash'] !== undefined) kept.hash = data['hash']
    if (confirmations !== undefined) kept.confirmations = confirmations
    kept.summary = { ...kept.summary, ...change, state, open: !TERMINAL_STATES.has(state), updatedAtMs: atMs }
    this.announce(kept.summary)
  }
}

function filled({ preview }: PlanView): Partial<OrderSummary> {
  const { quote } = preview
  return {
    filledBase: quote?.baseAmount ?? '0',
    averagePrice: quote?.expectedPrice ?? '0',
    fee: quote?.fee ?? '0',
    feeAsset: quote?.feeAsset ?? 'USD',
  }
}

function paperLife(plan: PlanView): Beat[] {
  const { quote } = plan.preview
  const rests = plan.draft.type === 'limit'
  const fill = {
    baseAmount: quote?.baseAmount ?? '0',
    price: quote?.expectedPrice ?? '0',
    fee: quote?.fee ?? '0',
    feeAsset: quote?.feeAsset ?? 'USD',
    remainingBase: '0',
  }
  return [
    { afterMs: 6, type: 'OrderApproved', state: 'approved' },
    { afterMs: 3, type: 'OrderSubmitting', state: 'submitting', data: { clientOrderId: plan.orderId } },
    { afterMs: 90, type: 'OrderAccepted', state: 'working' },
    ...(rests ? [] : [{ afterMs: 140, type: 'OrderFilled' as const, state: 'filled' as const, data: fill, change: filled(plan) }]),
  ]
}

function chainLife(plan: PlanView, random: () => number): Beat[] {
  const hash = `0x${hexOf(random, 64)}`
  return [
    { afterMs: 8, type: 'OrderApproved', state: 'approved' },
    { afterMs: 5, type: 'OrderSigning', state: 'signing', data: { nonce: '41', account: 'key-1' } },
    { afterMs: 60, type: 'OrderSigned', state: 'signed', data: { hash } },
    { afterMs: 4, type: 'OrderSubmitting', state: 'submitting', data: { hash } },
    { afterMs: 220, type: 'OrderSubmitted', state: 'submitted', data: { hash } },
    {
      afterMs: 900,
      type: 'OrderIncluded',
      state: 'confirming',
      data: { hash, block: '21345680', gasUsed: '141882', feePaidWei: '2128230000000000' },
      confirmations: { have: 1, need: 3, finalityNeeded: true },
    },
    { afterMs: 60_000, type: 'OrderConfirmed', state: 'finalizing', data: { confirmations: '3' }, change: filled(plan) },
  ]
}

function venueStep({ quote }: PreviewView, id: string): StepView {
  return {
    kind: 'venue-order',
    purpose: 'order',
    clientOrderId: `hf-${id}`,
    baseAmount: quote?.baseAmount ?? '0',
    limitPrice: quote?.worstPrice ?? '0',
  }
}

function chainSteps({ quote, minReceived, instrument }: PreviewView, { side }: OrderDraft, random: () => number): StepView[] {
  const [paid, got] =
    side === 'sell' ? [instrument.base.symbol, instrument.quote.symbol] : [instrument.quote.symbol, instrument.base.symbol]
  return [
    {
      kind: 'evm-tx',
      purpose: 'order',
      chainId: 31_337,
      from: ACCOUNT_ADDRESS,
      to: ROUTER,
      nonce: 41,
      valueWei: side === 'sell' ? '500000000000000000' : '0',
      data: `0x414bf389${hexOf(random, 512)}`,
      gasLimit: '184000',
      maxFeePerGasWei: '30000000000',
      maxPriorityFeePerGasWei: '1500000000',
      action: 'swap',
      fields: [
        { label: 'Pays', value: `${(side === 'sell' ? quote?.baseAmount : quote?.quoteAmount) ?? '0'} ${paid}`, kind: 'amount' },
        { label: 'Gets at least', value: `${minReceived ?? '0'} ${got}`, kind: 'amount' },
        { label: 'Recipient', value: ACCOUNT_ADDRESS, kind: 'address' },
        { label: 'Valid until', value: String(Date.now() + 120_000), kind: 'time' },
      ],
    },
  ]
}
