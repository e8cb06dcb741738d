import { SIGNING_TIMEOUT_MS } from '../compose/compose-environment'
import type { OnSignerPrompt } from '../compose/signers/signer-prompt'
import type { AppContext } from '../context'
import { previewView } from '../views/preview-view'

/**
 * Tells the windows what a person has to do at a signer, and until when. The time is that of the whole signature, counted from the first word of it: what
 * comes after it is thrown away.
 */
export function tellInteractions({ clock, desktop }: Pick<AppContext, 'clock' | 'desktop'>): OnSignerPrompt {
  const until = new Map<string, number>()
  return ({ subject, signerId, required }, shows) => {
    if (required === 'none') {
      until.delete(subject)
      desktop.publish('signer.interaction', { signerId, subject, required, untilMs: null, shows: null })
      return
    }
    const untilMs = until.get(subject) ?? Math.round(clock.wallMs() + SIGNING_TIMEOUT_MS)
    until.set(subject, untilMs)
    desktop.publish('signer.interaction', { signerId, subject, required, untilMs, shows: shows === null ? null : previewView(shows) })
  }
}
