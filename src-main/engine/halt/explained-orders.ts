import { z } from 'zod'

import type { AuditAppender } from '../../domain/audit-event'
import type { Clock } from '../../lib/clock'
import type { Database } from '../../storage/database'
import { StoredSetting, type SettingKind } from '../../storage/stored-setting'

const explanations = z.record(z.string(), z.strictObject({ by: z.string(), reason: z.string(), atMs: z.number().int() }))

/** What a person found out about an order whose outcome is unknown. */
export type Explanation = z.output<typeof explanations>[string]

/** What cannot be read explains nothing. */
const EXPLANATIONS: SettingKind<Readonly<Record<string, Explanation>>> = {
  key: 'explained-orders',
  schema: explanations,
  fresh: {},
  unreadable: {},
}
/** The newest are kept; each is in the audit log for good. */
const MOST_KEPT = 500

/** Explanations of orders of unknown outcome, one an order: what somebody saw at the venue. They open nothing, and nothing is sent again by them. */
export class ExplainedOrders {
  readonly #stored: StoredSetting<Readonly<Record<string, Explanation>>>
  #known: Readonly<Record<string, Explanation>>

  constructor(
    db: Database,
    private readonly audit: AuditAppender,
    private readonly clock: Clock,
  ) {
    this.#stored = new StoredSetting(db, clock, EXPLANATIONS)
    this.#known = this.#stored.load()
  }

  /** What is known of an order that became unknown at `unknownSinceMs`; null when nobody explained it since. */
  of(orderId: string, unknownSinceMs: number): Explanation | null {
    const found = Object.hasOwn(this.#known, orderId) ? this.#known[orderId] : undefined
    return found !== undefined && found.atMs >= unknownSinceMs ? found : null
  }

  /** Keeps an explanation; on record before it counts. Throws when it cannot be recorded. */
  explain(orderId: string, { by, reason }: { readonly by: string; readonly reason: string }): void {
    const explanation: Explanation = { by, reason, atMs: Math.floor(this.clock.wallMs()) }
    const others = Object.entries(this.#known).filter(([id]) => id !== orderId)
    const next = Object.fromEntries([...others.slice(-(MOST_KEPT - 1)), [orderId, explanation]])
    this.#stored.saveOnRecord(next, () => {
      this.audit.append({
        category: 'TRADE_EXECUTION',
        severity: 'high',
        type: 'UnknownOrderExplained',
        actor: by,
        subject: orderId,
        data: { reason },
      })
    })
    this.#known = next
  }
}
