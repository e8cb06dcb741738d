import type { DevicePreview } from '../../../domain/device-preview'
import type { OnSignerInteraction, SignerAsk } from '../../../engine/signing-gate'

/** Hears what a person has to do at a signer, and what its device shows of the very thing that is being signed; null where that cannot be said. */
export type OnSignerPrompt = (ask: Omit<SignerAsk, 'asked'>, shows: DevicePreview | null) => void

/** Adds to what a person has to do the picture of what is to be confirmed. A picture that cannot be made keeps no signature from coming. */
export function withPicture(
  hear: OnSignerPrompt,
  pictureOf: (signerId: string, asked: SignerAsk['asked']) => DevicePreview | null,
): OnSignerInteraction {
  return ({ asked, ...ask }) => {
    let shows: DevicePreview | null = null
    try {
      if (ask.required === 'confirm-on-device') shows = pictureOf(ask.signerId, asked)
    } catch {
      // The device shows it all the same.
    }
    hear(ask, shows)
  }
}
