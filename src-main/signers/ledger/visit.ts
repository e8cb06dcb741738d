import type { LedgerConfig } from '../../domain/signer'
import type { Cancel, Scheduler } from '../../lib/clock'
import { describeError } from '../../lib/errors'
import { err, ok, type Result } from '../../lib/result'
import type { SignerFailure } from '../signer'
import { VendorFailure } from '../vendor-host/vendor'
import type { VendorClient } from '../vendor-host/vendor-client'
import { openAskedDevice, type AskedDevice } from './asked-device'
import type { DeviceQueue } from './device-queue'
import type { HelperParts, LedgerHelpers } from './ledger-helpers'

/** How long a device may take, ms. */
export interface VisitTimes {
  /** To be found and to answer what no person is asked about. */
  readonly answerMs: number
  /** For a person to read and to press a button. */
  readonly personMs: number
}

/** What a visit needs. */
export interface VisitParts extends HelperParts, Pick<LedgerConfig, 'driver' | 'transport'> {
  readonly helpers: LedgerHelpers
  readonly queue: DeviceQueue
  readonly times: VisitTimes
}

/** What is done at the device; `withPerson` gives a person the time to answer what comes next. */
export type AtDevice<T> = (device: AskedDevice, withPerson: () => void) => Promise<T>

/**
 * One visit to a device, from finding it to letting go of it: in turn, within its time, with the Ethereum app open. Connecting afresh each time leaves the device
 * to other programs in between, and nothing of one request to the next.
 */
export async function visitDevice<T>(parts: VisitParts, signal: AbortSignal, work: AtDevice<T>): Promise<Result<T, SignerFailure>> {
  const visited = await parts.queue.take(signal, () => visit(parts, signal, work))
  return visited ?? err({ code: 'BUSY', detail: 'given up before the device was free' })
}

async function visit<T>(parts: VisitParts, signal: AbortSignal, work: AtDevice<T>): Promise<Result<T, SignerFailure>> {
  const client = startHelper(parts)
  if (!client.ok) return client
  const stop = new Deadline(parts.scheduler, signal)
  stop.within(parts.times.answerMs)
  try {
    const device = await openAskedDevice(client.value, parts, stop.signal)
    const { name, version } = await device.openApp()
    if (name !== 'Ethereum') throw new VendorFailure('WRONG_APP', `${name} ${version} is open`)
    const withPerson = (): void => stop.within(parts.times.personMs)
    return ok(await work(device, withPerson))
  } catch (thrown) {
    const code = thrown instanceof VendorFailure ? thrown.code : 'BAD_ANSWER'
    // One that makes no sense is not asked again.
    if (code === 'BAD_ANSWER') client.value.close()
    return err({ code, detail: describeError(thrown).slice(0, 200) })
  } finally {
    stop.done()
    await parts.helpers.giveBack(client.value, parts)
  }
}

function startHelper(parts: VisitParts): Result<VendorClient, SignerFailure> {
  try {
    return ok(parts.helpers.take(parts))
  } catch (thrown) {
    return err({ code: 'UNAVAILABLE', detail: `no helper process could be started: ${describeError(thrown)}`.slice(0, 200) })
  }
}

/** The end of a visit's time: by the clock, or because nobody wants the answer any more. */
class Deadline {
  readonly #over = new AbortController()
  readonly #expire = (): void => this.#over.abort()
  #cancel: Cancel = () => undefined

  constructor(
    private readonly scheduler: Scheduler,
    private readonly wanted: AbortSignal,
  ) {
    wanted.addEventListener('abort', this.#expire, { once: true })
    if (wanted.aborted) this.#expire()
  }

  /** Aborted at the end. */
  get signal(): AbortSignal {
    return this.#over.signal
  }

  /** From now on there is this much time. */
  within(ms: number): void {
    this.#cancel()
    this.#cancel = this.scheduler.after(ms, this.#expire)
  }

  done(): void {
    this.#cancel()
    this.wanted.removeEventListener('abort', this.#expire)
  }
}
