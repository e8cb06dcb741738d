import type { KnownThings } from '../../domain/device-preview'
import { sameAddress } from '../../domain/evm'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'
import { inEnvironment } from './in-environment'

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
          return shown === null ? [] : [{ purpose: step.purpose, ...cut(shown) }]
        })
        return valueReply(requests.length === 0 ? null : { requests })
      }),
  }
}

type Preview = NonNullable<ReturnType<OpenEnvironment['signers']['preview']>>

/** In the contract's own shape. */
function cut({ blind, screens, meaning }: Preview) {
  return {
    blind,
    screens: screens.map(({ title, value }) => ({ title, value })),
    meaning:
      meaning === null ? null : { intent: meaning.intent, owner: meaning.owner, fields: meaning.fields.map((field) => ({ ...field })) },
  }
}

/** What the app's own list knows of the chain; nothing where no chain is set up. */
export function knownThings(profile: OpenEnvironment['chain']['chainProfile']): KnownThings {
  return {
    coin: profile?.nativeSymbol ?? '',
    token: (address) => profile?.tokens.find((token) => sameAddress(token.address, address)) ?? null,
    router: (address) => {
      if (profile === null) return null
      if (sameAddress(profile.uniswapV3.swapRouter, address)) return 'uniswap-v3-swap-router'
      return sameAddress(profile.uniswapV2.router, address) ? 'uniswap-v2-router' : null
    },
  }
}
