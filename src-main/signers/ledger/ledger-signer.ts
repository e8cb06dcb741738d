import { getBytes } from 'ethers/utils'

import type { DevicePreview, KnownThings } from '../../domain/device-preview'
import { sameAddress, type Hex, type UnsignedTx } from '../../domain/evm'
import type { ConfigOf } from '../../domain/signer'
import type { TypedData } from '../../domain/typed-data'
import type { Clock } from '../../lib/clock'
import { err, type Result } from '../../lib/result'
import { signTransactionByDigest, signTypedDataByDigest, type RawSignature } from '../digest'
import { HealthKeeper } from '../health-keeper'
import type { OnInteraction, Signer, SignerFailure, SignerHealth } from '../signer'
import { deviceScreens } from './device-screens'
import { transactionOf } from '../unsigned-transaction'
import { VendorFailure } from '../vendor-host/vendor'
import type { AskedDevice } from './asked-device'
import type { ScreenKind } from './screens'
import { TO_SIGN } from './until-ready'
import { visitDevice, type VisitParts } from './visit'

/** Parts of a Ledger signer. */
export interface LedgerSignerParts extends VisitParts {
  readonly id: string
  /** Checksummed. */
  readonly address: string
  readonly config: ConfigOf<'ledger'>
  readonly clock: Clock
  readonly onChange: () => void
  /** Looks whether a device could be there, without loading a library for it; null where only the library can tell. */
  readonly glance: (signal: AbortSignal) => Promise<boolean | null>
}

/** A signer whose key is in a Ledger: every signature is confirmed on it by a person. */
export class LedgerSigner implements Signer {
  readonly kind = 'ledger'
  readonly attended = true
  readonly id: string
  readonly address: string
  readonly #parts: LedgerSignerParts
  readonly #health: HealthKeeper
  #locked = new AbortController()
  /** The screen of the device that was last used; what is sold most until then. */
  #screen: ScreenKind = 'touch'

  constructor(parts: LedgerSignerParts) {
    this.id = parts.id
    this.address = parts.address
    this.#parts = parts
    this.#health = new HealthKeeper(parts.clock, 'unavailable', parts.onChange)
  }

  signTransaction(tx: UnsignedTx, signal: AbortSignal, onInteraction?: OnInteraction): Promise<Result<Hex, SignerFailure>> {
    const unsigned = getBytes(transactionOf(tx).unsignedSerialized)
    return this.#sign(
      signal,
      onInteraction,
      (device) => device.signTransaction(this.#parts.config.derivationPath, unsigned),
      (ask) => signTransactionByDigest(tx, ask, signal),
    )
  }

  signTypedData(typedData: TypedData, signal: AbortSignal, onInteraction?: OnInteraction): Promise<Result<Hex, SignerFailure>> {
    return this.#sign(
      signal,
      onInteraction,
      (device) => device.signTypedData(this.#parts.config.derivationPath, typedData),
      (ask) => signTypedDataByDigest(typedData, this.address, ask, signal),
    )
  }

  /** What the device will show for it, page by page, and what it means. */
  preview(asked: UnsignedTx | TypedData, known: KnownThings): DevicePreview {
    return deviceScreens(asked, known, this.#screen)
  }

  health(): SignerHealth {
    return this.#health.health()
  }

  async check(signal: AbortSignal): Promise<SignerHealth> {
    const there = await this.#parts.glance(signal)
    if (there === true) this.#health.set('ready', 'a device is there')
    else if (there === false) this.#health.failed({ code: 'DEVICE_NOT_FOUND', detail: 'no device was found' })
    else this.#health.set(this.health().status, 'a device is looked for when something is to be signed')
    return this.health()
  }

  /** Breaks off what is under way, and ends the helper process that rests; the next request connects afresh. */
  async lock(): Promise<void> {
    this.#locked.abort()
    this.#locked = new AbortController()
    this.#parts.helpers.end()
  }

  /**
   * What comes back is r and s alone: they are put together with what was asked, and are the account's over exactly that, or nothing. `finish` gets a way to ask,
   * which asks once.
   */
  async #sign(
    signal: AbortSignal,
    onInteraction: OnInteraction | undefined,
    ask: (device: AskedDevice) => Promise<RawSignature>,
    finish: (ask: () => Promise<Result<RawSignature, SignerFailure>>) => Promise<Result<Hex, SignerFailure>>,
  ): Promise<Result<Hex, SignerFailure>> {
    if (signal.aborted) return err({ code: 'UNAVAILABLE', detail: 'given up before the device was asked' })
    const started = this.#health.started()
    const ending = eitherSignal(signal, this.#locked.signal)
    const signed = await finish(() => this.#ask(ending.signal, onInteraction, ask))
    ending.release()
    // Whose signature it was cannot be told: the next one is asked of another process.
    if (!signed.ok && signed.error.code === 'BAD_ANSWER') this.#parts.helpers.end()
    if (signed.ok) this.#health.succeeded(started)
    else if (isAbsence(signed.error)) this.#health.failed(signed.error)
    else this.#health.set('ready', signed.error.detail)
    return signed
  }

  #ask(
    signal: AbortSignal,
    onInteraction: OnInteraction | undefined,
    ask: (device: AskedDevice) => Promise<RawSignature>,
  ): Promise<Result<RawSignature, SignerFailure>> {
    return visitDevice(this.#parts, signal, { tell: onInteraction, part: TO_SIGN }, async (device, askPerson) => {
      this.#screen = device.screen ?? this.#screen
      await holdsAddress(device, this.#parts.config.derivationPath, this.address)
      // What a refusal means depends on it; the helper process remembers.
      await device.signsBlind()
      askPerson('confirm-on-device')
      return ask(device)
    })
  }
}

/** Throws unless the device's key at the path is the account's: another device, or another passphrase. */
export async function holdsAddress(device: AskedDevice, path: string, address: string): Promise<void> {
  const held = await device.address(path, false)
  if (!sameAddress(held, address)) throw new VendorFailure('WRONG_ADDRESS', `it holds ${held} at ${path}`)
}

function isAbsence({ code }: SignerFailure): boolean {
  return code === 'DEVICE_NOT_FOUND' || code === 'UNAVAILABLE' || code === 'DISCONNECTED' || code === 'BAD_ANSWER'
}

/** A signal that is aborted when either is (Node 18 has no `AbortSignal.any`). */
function eitherSignal(a: AbortSignal, b: AbortSignal): { readonly signal: AbortSignal; readonly release: () => void } {
  const both = new AbortController()
  const abort = (): void => both.abort()
  for (const one of [a, b]) {
    if (one.aborted) abort()
    one.addEventListener('abort', abort, { once: true })
  }
  return {
    signal: both.signal,
    release: () => {
      for (const one of [a, b]) one.removeEventListener('abort', abort)
    },
  }
}
