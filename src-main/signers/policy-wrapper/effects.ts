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
  /** The contract is called as a token, by a function that tokens have. */
  readonly isTokenCall: boolean
}

/** Gathers the effects of one transaction while its calls, nested ones included, are read one after another. */
export class EffectsReading {
  readonly #recipients: string[] = []
  readonly #grants: Grant[] = []
  readonly #tokens: string[] = []
  #isTokenCall = false
  #coinSpent = false
  #calls = 0

  constructor(
    /** The account that signs, lower case. */
    readonly from: string,
    /** The contract that is called, lower case. */
    readonly to: string,
    /** The chain's own coin that goes along, wei. */
    readonly valueWei: bigint,
  ) {}

  /** Counts a call; nobody nests this deep or this often. */
  enter(depth: number): void {
    this.#calls += 1
    if (depth > 4 || this.#calls > 64) throw new Undecodable('too many calls in one')
  }

  touch(...tokens: readonly string[]): void {
    this.#tokens.push(...tokens)
  }

  /** Proceeds that stay in the router are the router's: a later call could only take them out by asking for a token that nothing here proves. */
  pay(recipient: string): void {
    this.#recipients.push(recipient)
  }

  grant(grant: Grant): void {
    this.#grants.push(grant)
    this.touch(grant.token)
  }

  /** The contract is called as a token. */
  callsToken(): void {
    this.#isTokenCall = true
    this.touch(this.to)
  }

  /** The call takes all of the coin that goes along, or gives back what it does not need. */
  spendCoin(): void {
    if (this.valueWei === 0n) throw new Undecodable('the call wants coin and is paid none')
    this.#coinSpent = true
  }

  /** All effects. Coin that no call takes would stay behind for whoever comes first. */
  done(): Effects {
    if (this.valueWei !== 0n && !this.#coinSpent) throw new Undecodable('coin is paid to a call that takes none')
    return {
      recipients: unique(this.#recipients),
      grants: this.#grants,
      tokens: unique(this.#tokens),
      isTokenCall: this.#isTokenCall,
    }
  }
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)]
}
