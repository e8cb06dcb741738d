import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { AppContext } from '../context'
import { knownThings } from '../compose/known-things'
import { previewView } from './preview-view'
import { inEnvironment } from '../calls/in-environment'

/** What a signer's device will show for a plan that waits to be confirmed (product rows D5, B11). */
export function signerPreviewCalls(context: AppContext): Pick<AppCalls, 'signer.preview'> {
  return {
    'signer.preview': ({ planId }) =>
      inEnvironment(context, ({ engine, signers, chain }) => {
        const plan = engine.desk.planned(planId)
        if (plan === null) return problemReply('NOT_FOUND')
        const known = knownThings(chain.chainProfile)
        const requests = plan.steps.flatMap((step) => {
          if (step.kind !== 'evm-tx') return []
          const shown = signers.preview(plan.intent.account, step.tx, known)
          return shown === null ? [] : [{ purpose: step.purpose, ...previewView(shown) }]
        })
        return valueReply(requests.length === 0 ? null : { requests })
      }),
  }
}
