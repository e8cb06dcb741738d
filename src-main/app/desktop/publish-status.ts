import { guardsView } from '../calls/halt'
import { signerView } from '../calls/signers'
import { appStatus } from '../calls/status'
import type { AppContext } from '../context'

/** Tells the windows how the app stands: itself, its guards, its signers. What fails goes to `log`. */
export function publishStatus(context: AppContext, log: (what: string, thrown: unknown) => void): void {
  appStatus(context)
    .then((status) => {
      const { desktop } = context
      desktop.publish('app.status', status)
      const opened = context.environment()
      if (!opened.ok) return
      desktop.publish('guards.changed', guardsView(context, opened.value))
      desktop.publish('signer.changed', opened.value.signers.list().map(signerView))
    })
    .catch((thrown: unknown) => {
      log('status', thrown)
    })
}
