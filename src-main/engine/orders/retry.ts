import type { FailureCode } from '../../domain/codes'
import type { Cancel, Scheduler } from '../../lib/clock'
import type { Random } from '../../lib/random'
import type { Result } from '../../lib/result'
import type { Failure } from '../../domain/codes'

/**
 * What is done about a failure (product row X3). `wait`: the same again, later, but only what reads or for certain did not leave. `rebuild`: a new
 * attempt with a fresh nonce, fee and deadline, judged by all guards. `more-gas`: the same with a higher gas limit. An outcome that is
 * unknown is none of these: it is asked after.
 */
export type RetryRule =
  | { readonly kind: 'never' }
  | { readonly kind: 'wait'; readonly growth: 'exponential' | 'linear'; readonly baseMs: number }
  | { readonly kind: 'rebuild' }
  | { readonly kind: 'more-gas' }

const NEVER: RetryRule = { kind: 'never' }

/** The rule of each class. Those of row X3 stand first; what has no reason to go away by itself is never tried again. */
export const RETRY_RULES: Readonly<Record<FailureCode, RetryRule>> = {
  INSUFFICIENT_FUNDS: NEVER,
  SLIPPAGE_EXCEEDED: NEVER,
  INVALID_INSTRUCTION: NEVER,
  NETWORK_ERROR: { kind: 'wait', growth: 'exponential', baseMs: 5_000 },
  RATE_LIMITED: { kind: 'wait', growth: 'exponential', baseMs: 2_000 },
  TIMEOUT_ERROR: { kind: 'wait', growth: 'linear', baseMs: 5_000 },
  EXPIRED: { kind: 'rebuild' },
  NONCE_TOO_LOW: { kind: 'rebuild' },
  AMOUNTS_UNKNOWN: NEVER,
  OUT_OF_GAS: { kind: 'more-gas' },
  REVERTED: NEVER,
  REPLACEMENT_UNDERPRICED: NEVER,
  WRONG_CHAIN: NEVER,
  BAD_ANSWER: NEVER,
  ENDPOINTS_DISAGREE: NEVER,
  WITNESS_MISSING: NEVER,
  NOT_FOUND: NEVER,
  UNSUPPORTED: NEVER,
  VENUE_CLOSED: NEVER,
  DISK_FULL: NEVER,
  INTERNAL: NEVER,
}

/** The longest wait, ms, and how often the same is tried again. */
export const MAX_WAIT_MS = 40_000
export const MOST_RETRIES = 3

/**
 * How long to wait before the `retry`-th repetition (0 is the first), ms; null when there is none. A fifth more or less by chance, so that many
 * apps do not fall upon a reviving node at once.
 */
export function retryDelayMs(code: FailureCode, retry: number, random: Random): number | null {
  const rule = RETRY_RULES[code]
  if (rule.kind !== 'wait' || retry >= MOST_RETRIES) return null
  const wholeMs = rule.baseMs * (rule.growth === 'exponential' ? 2 ** retry : retry + 1)
  const [byte = 0] = random.bytes(1)
  return Math.min(MAX_WAIT_MS, Math.round(wholeMs * (0.8 + (0.4 * byte) / 255)))
}

/** Waits; stopped waits never end, as nothing may follow them. */
export function pause(scheduler: Scheduler, delayMs: number, stops: Set<Cancel>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = scheduler.after(delayMs, () => {
      stops.delete(cancel)
      resolve()
    })
    stops.add(cancel)
  })
}

/** Reads something, and again with back-off where its class says so. Moves nothing, so it may be repeated. */
export async function readPatiently<T>(
  read: () => Promise<Result<T, Failure>>,
  wait: (delayMs: number) => Promise<void>,
  random: Random,
): Promise<Result<T, Failure>> {
  for (let retry = 0; ; retry += 1) {
    const answer = await read()
    if (answer.ok) return answer
    const delayMs = retryDelayMs(answer.error.code, retry, random)
    if (delayMs === null) return answer
    await wait(delayMs)
  }
}
