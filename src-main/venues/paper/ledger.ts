/** The accounts of every asset: ours free, ours held by open orders, everybody else's, and the fees taken. */
export const ACCOUNTS = ['free', 'held', 'market', 'fees'] as const
/** An account. */
export type Account = (typeof ACCOUNTS)[number]
/** What each account holds of one asset, atoms; `market` goes below zero when it has sold to us. */
export type Entries = Readonly<Record<Account, bigint>>

/**
 * Double-entry bookkeeping: the only act is to move atoms from one account to another, so nothing appears or vanishes, and what is ours is
 * never below zero.
 */
export class Ledger {
  private readonly assets = new Map<string, Record<Account, bigint>>()

  constructor(entries: Readonly<Record<string, Entries>>) {
    for (const [asset, entry] of Object.entries(entries)) this.assets.set(asset, { ...entry })
  }

  /** A ledger in which all is free. */
  static starting(free: Readonly<Record<string, bigint>>): Ledger {
    return new Ledger(
      Object.fromEntries(Object.entries(free).map(([asset, atoms]) => [asset, { free: atoms, held: 0n, market: 0n, fees: 0n }])),
    )
  }

  /** Throws when it would overdraw what is ours: the caller has checked, so that is a bug, and nothing is moved. */
  move(asset: string, from: Account, to: Account, atoms: bigint): void {
    const entry = this.entry(asset)
    const rest = entry[from] - atoms
    if (atoms < 0n || (rest < 0n && from !== 'market'))
      throw new RangeError(`${asset}: cannot move ${String(atoms)} atoms from ${from} to ${to}`)
    entry[from] = rest
    entry[to] += atoms
  }

  /** What each account holds of an asset. */
  of(asset: string): Entries {
    return this.entry(asset)
  }

  /** Everything, by asset. */
  all(): Readonly<Record<string, Entries>> {
    return Object.fromEntries([...this.assets].map(([asset, entry]) => [asset, { ...entry }]))
  }

  private entry(asset: string): Record<Account, bigint> {
    const entry = this.assets.get(asset)
    if (entry === undefined) throw new RangeError(`there is no asset ${asset}`)
    return entry
  }
}
