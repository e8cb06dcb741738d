import type { Scheduler } from '../../lib/clock'
import { err, ok, type Result } from '../../lib/result'
import type { SignerFailure } from '../signer'
import { ApduWatch } from './apdu-watch'
import type { DeviceQueue } from './device-queue'
import { failureOf, VisitFailure } from './failures'
import type { LedgerDevice, LedgerTransport, OpenLedger } from './ledger-device'

/** How long a device may take, ms. */
export interface VisitTimes {
  /** To be found and to answer what no person is asked about. */
  readonly answerMs: number
  /** For a person to read and to press a button. */
  readonly personMs: number
}

/** What a visit needs. */
export interface VisitParts {
  readonly open: OpenLedger
  readonly transport: LedgerTransport
  readonly queue: DeviceQueue
  readonly scheduler: Scheduler
  readonly times: VisitTimes
}

/** What is done at the device; `withPerson` gives a person the time to answer what comes next. */
export type AtDevice<T> = (device: LedgerDevice, withPerson: () => void, knows: (signsBlind: boolean) => void) => Promise<T>

/**
 * One visit to a device, from finding it to letting go of it: in turn, within its time, with the Ethereum app open. Connecting afresh each time leaves the device
 * to other programs in between, and nothing of one request to the next.
 */
export async function visitDevice<T>(parts: VisitParts, signal: AbortSignal, work: AtDevice<T>): Promise<Result<T, SignerFailure>> {
  const visited = await parts.queue.take(signal, () => visit(parts, signal, work))
  return visited ?? err({ code: 'BUSY', detail: 'given up before the device was free' })
}

async function visit<T>(
  { open, transport, scheduler, times }: VisitParts,
  signal: AbortSignal,
  work: AtDevice<T>,
): Promise<Result<T, SignerFailure>> {
  const watch = new ApduWatch()
  const stop = new Deadline(scheduler, signal)
  stop.within(times.answerMs)
  let signsBlind: boolean | null = null
  const opening = open(transport, watch)
  try {
    const device = await stop.orLater(opening)
    const { name, version } = await stop.orLater(device.openApp())
    if (name !== 'Ethereum') throw new VisitFailure('WRONG_APP', `${name} ${version} is open`)
    const withPerson = (): void => stop.within(times.personMs)
    return ok(await stop.orLater(work(device, withPerson, (known) => (signsBlind = known))))
  } catch (thrown) {
    if (thrown === TOO_LATE) return err(late(watch))
    return err(failureOf(thrown, watch, signsBlind))
  } finally {
    stop.done()
    await letGo(opening, scheduler)
  }
}

function late({ signatureAsked }: ApduWatch): SignerFailure {
  return signatureAsked
    ? { code: 'TIMEOUT', detail: 'no answer in time to what was to be signed' }
    : { code: 'UNAVAILABLE', detail: 'no answer in time, and nothing was to be signed yet' }
}

/** Nothing failed but time. */
const TOO_LATE = new Error('too late')
/** For closing what hangs; the next visit does not wait for ever. */
const CLOSING_MS = 2_000

/** Closes what was opened, or what opens after all when nobody waits for it any more. */
async function letGo(opening: Promise<LedgerDevice>, scheduler: Scheduler): Promise<void> {
  const closed = opening.then((device) => device.close()).catch(() => undefined)
  let cancel = (): void => undefined
  const given = new Promise<void>((resolve) => {
    cancel = scheduler.after(CLOSING_MS, resolve)
  })
  await Promise.race([closed, given])
  cancel()
}

/** The end of a visit's time: by the clock, or because nobody wants the answer any more. */
class Deadline {
  #cancel = (): void => undefined
  #expire: () => void = () => undefined
  readonly #late: Promise<never>

  constructor(
    private readonly scheduler: Scheduler,
    private readonly signal: AbortSignal,
  ) {
    this.#late = new Promise<never>((_resolve, reject) => {
      this.#expire = () => reject(TOO_LATE)
    })
    this.#late.catch(() => undefined)
    signal.addEventListener('abort', this.#expire, { once: true })
    if (signal.aborted) this.#expire()
  }

  /** From now on there is this much time. */
  within(ms: number): void {
    this.#cancel()
    this.#cancel = this.scheduler.after(ms, this.#expire)
  }

  /** The answer, or the end of the time. */
  orLater<T>(answer: Promise<T>): Promise<T> {
    answer.catch(() => undefined)
    return Promise.race([this.#late, answer])
  }

  done(): void {
    this.#cancel()
    this.signal.removeEventListener('abort', this.#expire)
  }
}
