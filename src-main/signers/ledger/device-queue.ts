/**
 * Lets one visit at a time to a device. A Ledger takes one command after the other and asks one question at a time: two signers on one device, or two requests of
 * one signer, stand in line.
 */
export class DeviceQueue {
  #tail: Promise<unknown> = Promise.resolve()

  /** Runs `visit` when those before it are over; null if `signal` is aborted before its turn, and then it never runs. */
  async take<T>(signal: AbortSignal, visit: () => Promise<T>): Promise<T | null> {
    const before = this.#tail
    const turn = before.then(() => (signal.aborted ? null : visit()))
    // A visit that failed is over like any other.
    this.#tail = turn.catch(() => undefined)
    return Promise.race([turn, gaveUp(signal, before)])
  }
}

/** Resolves to null if the signal is aborted before the turn comes; else never. */
function gaveUp(signal: AbortSignal, before: Promise<unknown>): Promise<null> {
  return new Promise((resolve) => {
    const giveUp = (): void => resolve(null)
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    void before.then(() => signal.removeEventListener('abort', giveUp))
  })
}

/** The queue of each device that can be told apart: every USB device shares one, for the libraries take the first that they find. */
export class DeviceQueues {
  readonly #queues = new Map<string, DeviceQueue>()

  at(place: string): DeviceQueue {
    const known = this.#queues.get(place)
    if (known !== undefined) return known
    const made = new DeviceQueue()
    this.#queues.set(place, made)
    return made
  }
}
