import type { LedgerConfig } from '../../domain/signer'
import { describeError } from '../../lib/errors'
import { err, ok, type Result } from '../../lib/result'
import type { SignerFailure, UserInteraction } from '../signer'
import { VendorFailure } from '../vendor-host/vendor'
import type { VendorClient } from '../vendor-host/vendor-client'
import { openAskedDevice, type AskedDevice } from './asked-device'
import { Deadline } from './deadline'
import type { DeviceQueue } from './device-queue'
import type { HelperParts, LedgerHelpers } from './ledger-helpers'
import { untilReady, type Looked, type Person } from './until-ready'

/** How long a device may take, ms. */
export interface VisitTimes {
  /** To be found and to answer what no person is asked about. */
  readonly answerMs: number
  /** For a person: at first to make the device ready, from the request on; then to read and to press a button. */
  readonly personMs: number
}

/** What a visit needs. */
export interface VisitParts extends HelperParts, Pick<LedgerConfig, 'driver' | 'transport'> {
  readonly helpers: LedgerHelpers
  readonly queue: DeviceQueue
  readonly times: VisitTimes
}

/** What is done at the device; `ask` says what a person is asked there next, and gives them the time to answer. */
export type AtDevice<T> = (device: AskedDevice, ask: (required: UserInteraction) => void) => Promise<T>

/**
 * One visit to a device, from finding it to letting go of it: in turn, within its time, with the Ethereum app open, which a person is told to see to. Connecting
 * afresh for each look leaves the device to other programs in between, and nothing of one request to the next.
 */
export async function visitDevice<T>(
  parts: VisitParts,
  signal: AbortSignal,
  person: Person,
  work: AtDevice<T>,
): Promise<Result<T, SignerFailure>> {
  const patience = new Deadline(parts.scheduler, signal)
  patience.within(parts.times.personMs)
  const ask = (required: UserInteraction): void => {
    patience.lift()
    person.tell?.(required)
  }
  const look = (wanted: AbortSignal): Promise<Looked<T>> => lookOnce(parts, wanted, ask, work)
  try {
    const visited = await parts.queue.take(signal, () => untilReady(look, person, parts.scheduler, signal, patience))
    return visited ?? err({ code: 'BUSY', detail: 'given up before the device was free' })
  } finally {
    patience.done()
    person.tell?.('none')
  }
}

async function lookOnce<T>(
  parts: VisitParts,
  signal: AbortSignal,
  tell: (required: UserInteraction) => void,
  work: AtDevice<T>,
): Promise<Looked<T>> {
  const client = startHelper(parts)
  if (!client.ok) return { outcome: client, asked: false }
  const stop = new Deadline(parts.scheduler, signal)
  stop.within(parts.times.answerMs)
  let asked = false
  try {
    const device = await openAskedDevice(client.value, parts, stop.signal)
    const { name, version } = await device.openApp()
    if (name !== 'Ethereum') throw new VendorFailure('WRONG_APP', `${name} ${version} is open`)
    const done = await work(device, (required) => {
      asked = true
      stop.within(parts.times.personMs)
      tell(required)
    })
    return { outcome: ok(done), asked }
  } catch (thrown) {
    const code = thrown instanceof VendorFailure ? thrown.code : 'BAD_ANSWER'
    // One that makes no sense is not asked again.
    if (code === 'BAD_ANSWER') client.value.close()
    return { outcome: err({ code, detail: describeError(thrown).slice(0, 200) }), asked }
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
