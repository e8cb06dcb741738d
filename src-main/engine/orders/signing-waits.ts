/** A signature that a person is waited for. */
interface Wait {
  /** Aborted when it is given up. */
  readonly signal: AbortSignal
  readonly end: () => void
}

/** Orders whose signature waits for a person at a device, and the way to give it up. What is given up is never sent: a signature that comes all the same is thrown away. */
export class SigningWaits {
  readonly #waiting = new Map<string, AbortController>()

  begin(orderId: string): Wait {
    const wait = new AbortController()
    this.#waiting.set(orderId, wait)
    return { signal: wait.signal, end: () => void this.#waiting.delete(orderId) }
  }

  has(orderId: string): boolean {
    return this.#waiting.has(orderId)
  }

  /** Whether there was something to give up. */
  giveUp(orderId: string): boolean {
    this.#waiting.get(orderId)?.abort()
    return this.#waiting.has(orderId)
  }
}
