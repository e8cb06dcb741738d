import type { UserInteraction } from '../../domain/signer'
import type { Scheduler } from '../../lib/clock'
import { err, type Result } from '../../lib/result'
import { wait } from '../../lib/wait'
import type { OnInteraction, SignerFailure, SignerFailureCode } from '../signer'
import type { Deadline } from './deadline'

/** What a person can do about a device that is not ready, by what it said. */
type PersonsPart = Partial<Readonly<Record<SignerFailureCode, UserInteraction>>>

/** Before a signature. A device that is not there is not waited for: another signer of the address may step in. */
export const TO_SIGN: PersonsPart = { DEVICE_LOCKED: 'unlock-device', WRONG_APP: 'open-app' }
/** At set-up. */
export const TO_SET_UP: PersonsPart = { ...TO_SIGN, DEVICE_NOT_FOUND: 'connect-device' }

/** Whoever is at the device. */
export interface Person {
  /** Hears what there is to do; nobody who cannot be told is waited for. */
  readonly tell: OnInteraction | undefined
  readonly part: PersonsPart
}

/** What came of one look at a device; `asked`: a person was asked something on its screen, so that it is not to be asked again. */
export interface Looked<T> {
  readonly outcome: Result<T, SignerFailure>
  readonly asked: boolean
}

/** How it stood when the person was told last. */
interface Standing {
  readonly failure: SignerFailure
  readonly required: UserInteraction
}

/** How often it is looked again, ms. */
export const LOOK_AGAIN_MS = 1_000
/** For how many looks a device may be gone that was there: it leaves the bus for a moment when an app is opened or closed. */
const LOOKS_GONE = 10

/**
 * Looks until the device is ready, telling the person what to do, until `patience` is over; then fails as it stood. The first look has its own time, whatever is
 * left of the patience.
 */
export async function untilReady<T>(
  look: (signal: AbortSignal) => Promise<Looked<T>>,
  { tell, part }: Person,
  scheduler: Scheduler,
  signal: AbortSignal,
  patience: Deadline,
): Promise<Result<T, SignerFailure>> {
  let stands = null as Standing | null
  let gone = 0
  for (;;) {
    const { outcome, asked } = await look(stands === null ? signal : patience.signal)
    if (outcome.ok || asked || tell === undefined) return outcome
    const required = part[outcome.error.code]
    if (stands !== null && isGone(outcome.error.code, stands.required) && gone < LOOKS_GONE) gone += 1
    else if (required === undefined) return outcome
    else {
      gone = 0
      if (required !== stands?.required && !patience.signal.aborted) tell(required)
      stands = { failure: outcome.error, required }
    }
    await wait(LOOK_AGAIN_MS, scheduler, patience.signal)
    if (patience.signal.aborted) return err(stands.failure)
  }
}

function isGone(code: SignerFailureCode, required: UserInteraction): boolean {
  return code === 'UNAVAILABLE' || (code === 'DEVICE_NOT_FOUND' && required !== 'connect-device')
}
