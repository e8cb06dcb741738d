import type { AuditAppender } from '../../domain/audit-event'
import type { Environment } from '../../domain/environment'
import type { OrderIntent } from '../../domain/intent'
import type { Quote } from '../../domain/quote'
import type { LimitFacts } from '../../guards/limits/facts'
import type { Clock } from '../../lib/clock'
import { HoldfastError } from '../../lib/errors'
import type { Database } from '../../storage/database'
import type { Journal } from '../journal/journal'
import type { OrderRecord } from '../journal/records'
import { ExposureLedger } from './ledger'
import { LimitsStore } from './limits-store'
import { MOST_REPEAT_WINDOW_MS } from './repeats'

/** The limits as the engine meets them: what the guards judge by, and what the journal tells. */
export interface OrderLimits {
  /** The limits, and what other orders than this one use of them, now. */
  facts(orderId: string, intent: OrderIntent | null, quote: Quote | null): LimitFacts
  /** Reads what is used from the journal; once, before the first order. `refused`: orders that were refused and may be out. */
  restore(journal: Pick<Journal, 'open' | 'changedSince' | 'deniedFor'>, refused: readonly OrderRecord[]): void
  /** Takes in what was just journaled. Never throws. */
  observe(record: OrderRecord): void
}

/** What the limits are made of. */
export interface LimitsParts {
  readonly db: Database
  readonly audit: AuditAppender
  readonly clock: Clock
  readonly environment: Environment
}

/** Product row B9: an environment's limits and the count of what is used of them. */
export class Limits implements OrderLimits {
  readonly store: LimitsStore
  readonly #ledger: ExposureLedger
  readonly #clock: Clock

  constructor({ db, audit, clock, environment }: LimitsParts) {
    this.store = new LimitsStore(db, audit, clock, environment)
    this.#ledger = new ExposureLedger(clock)
    this.#clock = clock
  }

  facts(orderId: string, intent: OrderIntent | null, quote: Quote | null): LimitFacts {
    const limits = this.store.limits()
    const usage = this.#ledger.usageFor(orderId, intent, quote, limits.repeatWindowMs)
    return usage.ok ? { kind: 'known', limits, usage: usage.value } : { kind: 'unknown', why: usage.error }
  }

  restore(journal: Pick<Journal, 'open' | 'changedSince' | 'deniedFor'>, refused: readonly OrderRecord[]): void {
    const sinceMs = ExposureLedger.since(this.#clock.wallMs(), MOST_REPEAT_WINDOW_MS)
    const before = [...journal.open(), ...refused].filter(({ updatedAtMs }) => updatedAtMs < sinceMs)
    this.#ledger.restore({
      records: inTurn(before, journal.changedSince(sinceMs, isUnknown)),
      throttled: journal.deniedFor('REPEATED_ORDER'),
      acknowledged: this.store.acknowledged(),
    })
  }

  observe(record: OrderRecord): void {
    this.#ledger.observe(record)
  }

  /** A person looked at a repeated order and means it; on record. */
  acknowledgeRepeat(key: string, by: { readonly actor: string; readonly reason: string }): void {
    this.#ledger.acknowledge(key, this.store.acknowledge(key, by))
  }

  /** Everything at a glance. */
  overview(): ReturnType<ExposureLedger['overview']> {
    return this.#ledger.overview(this.store.limits().repeatWindowMs)
  }
}

/** What an order of late uses must be known, whether it has ended or not. */
function isUnknown(orderId: string): never {
  throw new HoldfastError('BAD_RECORD', 'what an order used of the limits cannot be read', { orderId })
}

function* inTurn(...parts: readonly Iterable<OrderRecord>[]): Generator<OrderRecord> {
  for (const part of parts) yield* part
}
