import { FAILURE_CODES, type FailureCode } from '../../domain/codes'
import type { OrderPlan, PlanStep } from '../../domain/plan'
import { decimal, type Decimal } from '../../lib/decimal'
import type { Json } from '../../lib/json'
import type { OrderRecord } from '../journal/records'
import type { TransactionJournal } from '../journal/transactions'
import type { EnginePorts } from '../ports'
import { buildPlan, judgeSteps, type DraftedPlan } from './build-plan'
import { RETRY_RULES } from './retry'
import { intentOf } from './stored-plan'

/** The most attempts at what was once signed off, the first one counted. */
export const MOST_ATTEMPTS = 3
/** How much worse a price, and how much higher the most that the network may take, can be before a person must look again. */
const MATERIAL_PRICE_PCT = decimal('0.1')
const MATERIAL_FEE_PCT = 10n
/** What is added to the gas limit that was not enough, percent. */
const MORE_GAS_PCT = 50n

/** The class under which an order ended, where that class is tried anew; null for every other end. */
export function classToRetry({ state, progress }: OrderRecord): FailureCode | null {
  if (state !== 'failed' && state !== 'rejected') return null
  const code = FAILURE_CODES.find((known) => known === progress.why?.code)
  if (code === undefined) return null
  const { kind } = RETRY_RULES[code]
  return kind === 'rebuild' || kind === 'more-gas' ? code : null
}

/** Plans an order that ended anew: a fresh quote, nonce, fee and deadline, and more gas where that was short. All guards judge it. */
export async function planAttempt(ports: EnginePorts, transactions: TransactionJournal, record: OrderRecord): Promise<DraftedPlan> {
  const drafted = await buildPlan(ports, transactions, intentOf(record.plan))
  if (drafted.plan === null) return drafted
  const why = classToRetry(record) ?? 'EXPIRED'
  const attempt = { number: (record.plan.attempt?.number ?? 1) + 1, after: record.orderId, why }
  const fresh: OrderPlan = { ...drafted.plan, attempt }
  const plan = RETRY_RULES[why].kind === 'more-gas' ? withMoreGas(fresh, record.plan) : fresh
  return { ...drafted, plan, verdicts: judgeSteps(ports, plan, plan.steps) }
}

/** What of an attempt differs so much from what was signed off that a person must sign off again; empty when nothing does. */
export function materialChanges(agreed: Json<OrderPlan>, plan: OrderPlan): readonly string[] {
  const changes: string[] = []
  const sells = plan.intent.side === 'sell'
  if (isWorse(decimal(agreed.quote.expectedPrice), plan.quote.expectedPrice, sells)) changes.push('price')
  if (isWorse(decimal(agreed.minReceived), plan.minReceived, true)) changes.push('least received')
  const amount = decimal(agreed.quote.baseAmount)
  if (plan.quote.baseAmount.sub(amount).abs().gt(amount.mul(MATERIAL_PRICE_PCT).div(100))) changes.push('amount')
  const [feeBefore, feeNow] = [agreed.networkFee?.maxWei, plan.networkFee?.maxWei]
  if (feeBefore === undefined || feeNow === undefined) changes.push('network fee')
  else if (feeNow * 100n > BigInt(feeBefore) * (100n + MATERIAL_FEE_PCT)) changes.push('network fee')
  // An allowance that was given is no longer a step; one that is asked for anew is.
  if (plan.steps.length > agreed.steps.length) changes.push('steps')
  return changes
}

function isWorse(agreed: Decimal, now: Decimal, lessIsWorse: boolean): boolean {
  const loss = lessIsWorse ? agreed.sub(now) : now.sub(agreed)
  return loss.gt(agreed.mul(MATERIAL_PRICE_PCT).div(100))
}

/** The same with half as much gas again as was not enough; whether that is within the policy, its guard says. */
function withMoreGas(plan: OrderPlan, before: Json<OrderPlan>): OrderPlan {
  const short =
    before.steps.flatMap((step) => (step.kind === 'evm-tx' && step.purpose === 'order' ? [BigInt(step.tx.gasLimit)] : []))[0] ?? 0n
  const enough = (short * (100n + MORE_GAS_PCT)) / 100n
  const steps = plan.steps.map((step): PlanStep => {
    if (step.kind !== 'evm-tx' || step.purpose !== 'order' || step.tx.gasLimit >= enough) return step
    return { ...step, tx: { ...step.tx, gasLimit: enough } }
  })
  const gasLimit = steps.reduce((sum, step) => (step.kind === 'evm-tx' ? sum + step.tx.gasLimit : sum), 0n)
  const maxWei = steps.reduce((sum, step) => (step.kind === 'evm-tx' ? sum + step.tx.gasLimit * step.tx.maxFeePerGasWei : sum), 0n)
  return { ...plan, steps, networkFee: plan.networkFee === null ? null : { ...plan.networkFee, gasLimit, maxWei } }
}
