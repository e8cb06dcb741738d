import type { WatchSettings } from '../../domain/watch'
import type { Result } from '../../lib/result'
import type { Balance } from '../../venues/venue'
import { balanceFinding, NO_HISTORY, readAccount, type AccountHistory } from './balances'
import type { Finding } from './finding'

/** One account's balances as they could be read. */
export interface AccountBalances {
  readonly id: string
  readonly label: string
  readonly balances: Result<readonly Balance[], { readonly code: string }>
}

/** What a round of readings came to. */
export interface BalanceRound {
  /** Accounts that have just become unreadable, or hold something that never had a price. */
  readonly blindNow: readonly { readonly account: string; readonly why: string }[]
  /** An account dropped that had not dropped in the reading before: it is to be read again soon. */
  readonly again: boolean
}

/** What the balance trigger keeps in mind. A drop counts when two readings in a row show it: one may fall between the two halves of a trade. */
export class BalanceWatch {
  #histories: Record<string, AccountHistory>
  readonly #suspected = new Set<string>()
  readonly #found = new Map<string, Finding>()
  readonly #blind = new Map<string, string>()

  constructor(histories: Readonly<Record<string, AccountHistory>>) {
    this.#histories = { ...histories }
  }

  /** What stands. */
  get findings(): readonly Finding[] {
    return [...this.#found.values()]
  }

  /** What is to be remembered. */
  get histories(): Readonly<Record<string, AccountHistory>> {
    return this.#histories
  }

  /** What cannot be watched, in words. */
  get blind(): readonly string[] {
    return [...this.#blind].map(([account, why]) => `${account}: ${why}`)
  }

  /** Takes a round of readings. */
  take(accounts: readonly AccountBalances[], nowMs: number, settings: WatchSettings): BalanceRound {
    const blindNow: { account: string; why: string }[] = []
    const see = (account: string, why: string | null): void => {
      if (why !== null && this.#blind.get(account) !== why) blindNow.push({ account, why })
      if (why === null) this.#blind.delete(account)
      else this.#blind.set(account, why)
    }
    let again = false
    for (const account of accounts) {
      const { id, label, balances } = account
      // What could not be read is no drop; what was found before it stands.
      if (!balances.ok) {
        see(label, `not read (${balances.error.code})`)
        continue
      }
      const reading = readAccount(this.#histories[id] ?? NO_HISTORY, balances.value, nowMs, settings)
      this.#histories[id] = reading.history
      see(label, reading.unpriced.length === 0 ? null : `no price is known of ${reading.unpriced.join(', ')}`)
      const found = balanceFinding(account, reading, settings)
      if (found === null) {
        this.#suspected.delete(id)
        this.#found.delete(id)
      } else if (this.#suspected.has(id)) this.#found.set(id, found)
      else {
        this.#suspected.add(id)
        again = true
      }
    }
    return { blindNow, again }
  }

  /** Compares with what is there from now on. */
  forgetHighs(): void {
    this.#suspected.clear()
    this.#found.clear()
    this.#histories = Object.fromEntries(Object.entries(this.#histories).map(([id, { pricesUsd }]) => [id, { highs: [], pricesUsd }]))
  }
}
