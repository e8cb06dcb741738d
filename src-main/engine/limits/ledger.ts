import type { OrderIntent } from '../../domain/intent'
import type { Quote } from '../../domain/quote'
import type { LimitUsage } from '../../guards/limits/facts'
import type { Clock } from '../../lib/clock'
import { ZERO, type Decimal } from '../../lib/decimal'
import { describeError } from '../../lib/errors'
import { err, ok, type Result } from '../../lib/result'
import type { OrderRecord } from '../journal/records'
import { Admissions } from './admissions'
import { Repeats } from './repeats'
import { assetKeyOf, mayTrade, repeatKeyOf, usedUsd } from './usage-of'
import { utcDayStart } from './utc-day'

/** What one order uses. */
interface Entry {
  readonly orderId: string
  readonly assetKey: string
  readonly asset: string
  readonly open: boolean
  /** Null when its value cannot be told. */
  readonly usd: Decimal | null
  readonly changedAtMs: number
}

/** What the journal knew when the app started. */
export interface JournaledUsage {
  /** Open orders, those that were refused and may be out, and every order that something happened to since {@link ExposureLedger.since}; those since then oldest first. */
  readonly records: Iterable<OrderRecord>
  /** The orders that were refused for their repetition. */
  readonly throttled: Iterable<OrderRecord>
  /** When a person last looked at a repeated order, by its key; wall ms. */
  readonly acknowledged: ReadonlyMap<string, number>
}

/** One asset's usage of its limit. */
export interface AssetUsage {
  readonly asset: string
  readonly usedUsd: Decimal
}

/**
 * Counts what orders use of the limits: made anew from the journal at each start, and carried on by every event that is journaled, in the same turn of
 * the event loop. Two orders that are confirmed at once are judged one after the other, so the second one meets the first.
 *
 * An order counts for today while it is open, and when anything happened to it today: one that crosses midnight counts on both days. The day follows
 * the calendar, and never goes back with it.
 */
export class ExposureLedger {
  readonly #entries = new Map<string, Entry>()
  readonly #admissions: Admissions
  readonly #repeats: Repeats
  readonly #clock: Clock
  readonly #byAsset = new Map<string, { asset: string; usd: Decimal }>()
  #dayUsd = ZERO
  #unvalued = 0
  readonly #open = new Set<string>()
  #dayStartMs: number
  #trouble: string | null = 'the journal was not read yet'

  constructor(clock: Clock) {
    this.#clock = clock
    this.#admissions = new Admissions(clock)
    this.#repeats = new Repeats(clock)
    this.#dayStartMs = utcDayStart(clock.wallMs())
  }

  /** From when on the journal must be read for {@link restore}, wall ms. */
  static since(wallMs: number, repeatWindowMs: number): number {
    return Math.min(utcDayStart(wallMs), wallMs - repeatWindowMs)
  }

  /** Begins with what the journal holds. Until then nothing is known, so nothing fits. */
  restore(journaled: JournaledUsage): void {
    this.#rollOver()
    try {
      this.#readAll(journaled)
      this.#trouble = null
    } catch (thrown) {
      this.#trouble = `the journal could not be read: ${describeError(thrown)}`
      throw thrown
    }
  }

  #readAll({ records, throttled, acknowledged }: JournaledUsage): void {
    for (const [key, atMs] of acknowledged) this.#repeats.acknowledge(key, atMs)
    for (const record of records) {
      this.#enter(record, record.updatedAtMs)
      // A denied order may have been let through and withheld at the last look; it left nothing behind.
      if (record.state === 'denied') continue
      this.#admissions.restore(record.orderId, record.createdAtMs)
      this.#repeats.restore(repeatKeyOf(record.plan.intent), record.orderId, record.createdAtMs)
    }
    for (const { plan, createdAtMs } of throttled) this.#repeats.restoreThrottle(repeatKeyOf(plan.intent), createdAtMs)
  }

  /** Takes in what was just journaled of an order. Never throws: what cannot be counted makes everything unknown, and that denies. */
  observe(record: OrderRecord): void {
    try {
      this.#rollOver()
      if (record.state === 'approved') this.#admit(record)
      if (record.state === 'denied' && record.progress.why?.code === 'REPEATED_ORDER')
        this.#repeats.throttle(repeatKeyOf(record.plan.intent), record.createdAtMs)
      // A calendar that went back does not put an order into a day that is over.
      this.#enter(record, Math.max(record.updatedAtMs, this.#dayStartMs))
    } catch (thrown) {
      this.#trouble = `an order could not be counted: ${describeError(thrown)}`
    }
  }

  /** What other orders use, as this one meets it; or why that cannot be told. */
  usageFor(orderId: string, intent: OrderIntent | null, quote: Quote | null, repeatWindowMs: number): Result<LimitUsage, string> {
    this.#rollOver()
    if (this.#trouble !== null) return err(this.#trouble)
    const own = this.#entries.get(orderId)
    const counted = own !== undefined && this.#counts(own) ? own : null
    if (this.#unvalued - (counted?.usd === null ? 1 : 0) > 0) return err('the value of an order of today is not known')
    const assetKey = quote === null ? '' : assetKeyOf(quote.instrument.base)
    const assetUsd = this.#byAsset.get(assetKey)?.usd ?? ZERO
    const ownUsd = counted?.usd ?? null
    const paced = this.#admissions.paceOf(orderId)
    return ok({
      assetDayUsd: ownUsd === null || own?.assetKey !== assetKey ? assetUsd : assetUsd.sub(ownUsd),
      dayUsd: ownUsd === null ? this.#dayUsd : this.#dayUsd.sub(ownUsd),
      ordersLastSecond: paced.second,
      ordersLastMinute: paced.minute,
      openOrders: this.#admissions.openBefore(orderId, this.#open),
      ...this.#repeats.of(intent === null ? '' : repeatKeyOf(intent), orderId, repeatWindowMs),
    })
  }

  /** A person looked at an order that repeats itself: its count begins anew. */
  acknowledge(key: string, atMs: number): void {
    this.#repeats.acknowledge(key, atMs)
  }

  /** Everything at a glance. */
  overview(repeatWindowMs: number) {
    this.#rollOver()
    const pace = this.#admissions.paceOf(null)
    return {
      trouble: this.#trouble ?? (this.#unvalued > 0 ? 'the value of an order of today is not known' : null),
      dayStartMs: this.#dayStartMs,
      dayUsd: this.#dayUsd,
      assets: [...this.#byAsset.values()].map(({ asset, usd }): AssetUsage => ({ asset, usedUsd: usd })),
      ordersLastSecond: pace.second,
      ordersLastMinute: pace.minute,
      openOrders: this.#open.size,
      repeats: this.#repeats.overview(repeatWindowMs),
    }
  }

  #admit(record: OrderRecord): void {
    const { orderId } = record
    if (!this.#admissions.admit(orderId)) return // an allowance brings `approved` again
    this.#repeats.admit(repeatKeyOf(record.plan.intent), orderId)
  }

  #enter(record: OrderRecord, changedAtMs: number): void {
    const { orderId, plan, state } = record
    const before = this.#entries.get(orderId)
    // Judged and refused without ever having been let through: it used nothing.
    if (before === undefined && state === 'denied') return
    const { base } = plan.quote.instrument
    const entry: Entry = {
      orderId,
      assetKey: assetKeyOf(base),
      asset: base.symbol,
      // What is journaled before it is let through is not out.
      open: mayTrade(record) && state !== 'initialized',
      usd: state === 'initialized' ? ZERO : usedUsd(record),
      changedAtMs,
    }
    if (before !== undefined) this.#add(before, -1)
    this.#entries.set(orderId, entry)
    this.#add(entry, 1)
  }

  #counts({ open, changedAtMs }: Entry): boolean {
    return open || changedAtMs >= this.#dayStartMs
  }

  #add(entry: Entry, sign: 1 | -1): void {
    if (entry.open && sign === 1) this.#open.add(entry.orderId)
    else if (entry.open) this.#open.delete(entry.orderId)
    if (!this.#counts(entry)) return
    if (entry.usd === null) {
      this.#unvalued += sign
      return
    }
    const delta = sign === 1 ? entry.usd : entry.usd.neg()
    this.#dayUsd = this.#dayUsd.add(delta)
    const asset = this.#byAsset.get(entry.assetKey) ?? { asset: entry.asset, usd: ZERO }
    asset.usd = asset.usd.add(delta)
    this.#byAsset.set(entry.assetKey, asset)
  }

  /** A new day begins with what is still open. A calendar that goes back gives nothing back. */
  #rollOver(): void {
    const dayStartMs = utcDayStart(this.#clock.wallMs())
    if (dayStartMs <= this.#dayStartMs) return
    this.#dayStartMs = dayStartMs
    const kept = [...this.#entries.values()].filter((entry) => this.#counts(entry))
    this.#entries.clear()
    this.#byAsset.clear()
    this.#dayUsd = ZERO
    this.#unvalued = 0
    this.#open.clear()
    for (const entry of kept) {
      this.#entries.set(entry.orderId, entry)
      this.#add(entry, 1)
    }
    this.#admissions.keep((orderId) => this.#entries.has(orderId))
  }
}
