/** What a life under test is asked, and what it says: one JSON object a line. */

/** Where a life is lived. */
export type CrashVenue = 'paper' | 'dex'

/** What the parent asks. */
export type Order =
  | {
      readonly do: 'open'
      readonly venue: CrashVenue
      readonly dataDir: string
      /** The keychain in memory, hexadecimal: the same for all lives on one data folder. */
      readonly mask: string
      /** The signer's id; the paper account on paper. */
      readonly account: string
      readonly fundedKey: string
    }
  | { readonly do: 'load'; readonly seed: number }

/** What the child says, each line before it goes on. */
export type Said =
  | { readonly say: 'ready' }
  /** The app is up: recovery has begun to settle what the last life left. */
  | { readonly say: 'opened' }
  /** Nothing is open any more, and one more order went through. */
  | {
      readonly say: 'settled'
      readonly verdict: string
      readonly probe: string
      readonly unstuck: number
      readonly faults: readonly string[]
    }
  | { readonly say: 'loading' }
  /** The caller was told that the order is taken. */
  | { readonly say: 'confirmed'; readonly id: string }
  | { readonly say: 'denied'; readonly why: string }
  /** A window was told of an order. */
  | { readonly say: 'told'; readonly id: string; readonly state: string; readonly filled: string; readonly open: boolean }
  /** Something is being handed to the venue: an order to the exchange, or signed bytes (their hash) to the node. */
  | { readonly say: 'handed'; readonly what: string }
  | { readonly say: 'failed'; readonly why: string }
