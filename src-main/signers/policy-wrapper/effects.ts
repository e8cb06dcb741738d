import { Undecodable } from './abi-frame'

/** A right to take tokens that a call or a message gives. */
export interface Grant {
  readonly token: string
  readonly spender: string
  /** Raw units. */
  readonly amount: bigint
}

/** Everything that a call would do to what is ours. Addresses are lower case. */
export interface Effects {
  /** Who is paid tokens or coin. */
  readonly recipients: readonly string[]
  readonly grants: readonly Grant[]
  /** Every token that is touched, those in the middle of a path included. */
  readonly tokens: readonly string[]
}

/** What a router holds between two calls: whose it will be is decided by a later one. */
interface Kept {
  readonly token: string
  /** What it is at least, raw units. */
  readonly least: bigint
}

/** Gathers the effects of one transaction while its calls, nested ones included, are read one after another. */
export class EffectsReading {
  readonly #recipients: string[] = []
  readonly #grants: Grant[] = []
  readonly #tokens: string[] = []
  readonly #kept: Kept[] = []
  #calls = 0

  constructor(
    /** The account that signs, lower case. */
    readonly from: string,
    /** The contract that is called, lower case. */
    readonly to: string,
  ) {}

  /** Counts a call; nobody nests this deep or this often. */
  enter(depth: number): void {
    this.#calls += 1
    if (depth > 4 || this.#calls > 64) throw new Undecodable('too many calls in one')
  }

  touch(...tokens: readonly string[]): void {
    this.#tokens.push(...tokens)
  }

  pay(recipient: string): void {
    this.#recipients.push(recipient)
  }

  grant(grant: Grant): void {
    this.#grants.push(grant)
    this.touch(grant.token)
  }

  /** A swap's proceeds: somebody's, or the router's until a later call takes them out. */
  proceeds(recipient: string, token: string, least: bigint): void {
    if (recipient === this.to) this.#kept.push({ token, least })
    else this.pay(recipient)
  }

  /**
   * A later call takes out what the router kept. `token` is null for the wrapped coin, whose address the call does not name: then what was kept last is
   * meant, and only asking for at least as much as came proves it, or the router reverts.
   */
  takeOut(token: string | null, least: bigint, recipient: string): void {
    const last = this.#kept.pop()
    if (last === undefined || (token !== null && token !== last.token)) throw new Undecodable('it takes out what nothing brought in')
    if (least < last.least || least === 0n) throw new Undecodable('it takes out less than what was brought in')
    this.proceeds(recipient, last.token, least)
  }

  /** A swap pays with everything that the one before left in the router. */
  spendKept(token: string): void {
    if (this.#kept.pop()?.token !== token) throw new Undecodable('it pays with what nothing brought in')
  }

  /** All effects. What is left in the router belongs to whoever comes first: the router is its recipient. */
  done(): Effects {
    const left = this.#kept.length > 0 ? [this.to] : []
    return { recipients: unique([...this.#recipients, ...left]), grants: this.#grants, tokens: unique(this.#tokens) }
  }
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)]
}
