import type { Cancel, Scheduler } from '../../lib/clock'
import type { VendorHostPort } from '../vendor-host/protocol'
import { VendorClient } from '../vendor-host/vendor-client'

/** What starting a helper process takes. */
export interface HelperParts {
  readonly scheduler: Scheduler
  readonly spawnVendorHost: () => VendorHostPort
}

/** For closing what hangs; the next visit does not wait for ever. */
const CLOSING_MS = 2_000
/** How long a helper waits for another visit: an approval and the swap after it use one. */
const REST_MS = 120_000

/**
 * The helper processes in which the maker's libraries run: one for each visit, and nothing else in it meanwhile. One that answered to the end rests for a while,
 * its libraries loaded, for the next visit to whichever device; it holds no device and no secret then.
 */
export class LedgerHelpers {
  #resting: VendorClient | null = null
  #cancelRest: Cancel = () => undefined

  /** A helper for one visit. Throws where none can be started. */
  take({ spawnVendorHost, scheduler }: HelperParts): VendorClient {
    const rested = this.#resting
    this.#resting = null
    this.#cancelRest()
    return rested?.alive === true ? rested : new VendorClient(spawnVendorHost(), scheduler)
  }

  /** Takes it back after its visit; resolves when it holds the device no more. */
  async giveBack(client: VendorClient, { scheduler }: HelperParts): Promise<void> {
    const closed = await client.ask({ op: 'ledger-close' }, CLOSING_MS, new AbortController().signal)
    if (closed.ok && this.#resting === null) {
      this.#resting = client
      this.#cancelRest = scheduler.after(REST_MS, () => client.close())
      return
    }
    client.close()
    await goneOrLater(client, scheduler)
  }

  /** Ends the one that rests. */
  end(): void {
    this.#cancelRest()
    this.#resting?.close()
    this.#resting = null
  }
}

/** Waits until the process is gone: a device that it holds can be opened by nobody else. */
async function goneOrLater(client: VendorClient, scheduler: Scheduler): Promise<void> {
  let cancel: Cancel = () => undefined
  const given = new Promise<void>((resolve) => {
    cancel = scheduler.after(CLOSING_MS, resolve)
  })
  await Promise.race([client.gone, given])
  cancel()
}
