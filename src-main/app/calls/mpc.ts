import type { Problem } from '../../../src-preload/contract/problem'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { RefreshProof, MadeKey } from '../../signers/mpc-2pc/shares'
import type { SignerFailure } from '../../signers/signer'
import type { AppContext } from '../context'
import { visible } from '../views/visible'
import { inEnvironment } from './in-environment'
import { reachChanges, refusal } from './may-reach'

type Names = 'signer.initialise' | 'signer.refresh'

/** How long two parties may take for a key or new shares, all requests and checks together, ms. */
const PARTIES_MS = 180_000

/** Calls about keys that two parties hold together. Both change what guards the money, so that authority is asked for. */
export function mpcCalls(context: AppContext): Pick<AppCalls, Names> {
  const inTime = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const abort = new AbortController()
    const stop = context.scheduler.after(PARTIES_MS, () => abort.abort())
    try {
      return await work(abort.signal)
    } finally {
      stop()
    }
  }

  return {
    'signer.initialise': ({ config }) =>
      inEnvironment(context, async ({ keyShares, secrets }) => {
        const needed = secrets.needs(config)
        if (!needed.ok) return refusal(needed.error)
        let made: MadeKey | null = null
        const host = new URL(config.service.url).host
        const settings = reachChanges({ secrets }, null, config, needed.value)
        if ('code' in settings) return { ok: false, problem: settings }
        const changes = [{ label: 'Key in two shares', before: null, after: visible(`made by the parties at ${host}`) }, ...settings]
        const asked = await context.authorise(
          { act: 'change-signers', subject: host, reason: '', changes, checks: [], approvalsAtLeast: 1 },
          async () => {
            needed.value.allow()
            const done = await inTime((signal) => keyShares.initialise(config, signal))
            if (!done.ok) return problemOf(done.error)
            made = done.value
            return null
          },
        )
        return asked.ok ? valueReply({ done: asked.value.done, ...madeView(made) }) : asked
      }),
    'signer.refresh': ({ id }) =>
      inEnvironment(context, async ({ signers, keyShares }) => {
        const entry = signers.get(id)
        if (entry === null) return problemReply('NOT_FOUND')
        if (entry.config.kind !== 'mpc_2pc')
          return problemReply('SIGNER_UNAVAILABLE', { reason: 'NOT_SUPPORTED', detail: 'not held in shares' })
        let proof: RefreshProof | null = null
        const changes = [{ label: entry.address, before: 'the shares in use', after: 'new shares of the same key' }]
        const asked = await context.authorise(
          { act: 'change-signers', subject: entry.label, reason: '', changes, checks: [], approvalsAtLeast: 1 },
          async () => {
            const done = await inTime((signal) => keyShares.refresh(id, signal))
            if (!done.ok) return problemOf(done.error, done.error.begun)
            proof = done.value
            return null
          },
        )
        return asked.ok ? valueReply({ done: asked.value.done, ...proofView(proof) }) : asked
      }),
  }
}

function madeView(made: MadeKey | null) {
  return { address: made?.address ?? null, wasThere: made?.wasThere ?? false }
}

function proofView(proof: RefreshProof | null) {
  return { address: proof?.address ?? null, shareId: proof?.shareId ?? null, shareIdBefore: proof?.shareIdBefore ?? null }
}

/** `begun`: the parties may hold new shares although it was not shown; told apart, because looking again settles it. */
function problemOf({ code, detail }: SignerFailure, begun = false): Problem {
  const told = begun ? `The shares may have changed. ${detail}` : detail
  return { code: 'SIGNER_UNAVAILABLE', figures: { reason: code, detail: told.slice(0, 500) } }
}
