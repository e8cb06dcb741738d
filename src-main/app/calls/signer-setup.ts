import type { Problem, Reply } from '../../../src-preload/contract/problem'
import type { ActChange } from '../../domain/admin-act'
import { denial } from '../../domain/codes'
import { sameAddress } from '../../domain/evm'
import type { SignerConfig, UserInteraction } from '../../domain/signer'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import { err, type Result } from '../../lib/result'
import type { OnInteraction } from '../../signers/signer'
import { isSameSigner, type SignerEntry } from '../compose/signers/held-signer'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AddFailure } from '../compose/signers/signer-service'
import type { Prove } from '../compose/signers/signer-trials'
import type { AppContext } from '../context'
import { visible } from '../views/visible'
import { inEnvironment } from './in-environment'
import { mayReach, reachChanges, refusal } from './may-reach'
import { dependantsOf, locksEverybodyOut, type Dependants } from '../views/signer-dependants'
import { ask, signerView } from './signers'

type Names =
  | 'signer.storeSecret'
  | 'signer.leaveSetUp'
  | 'signer.discover'
  | 'signer.stopDiscovering'
  | 'signer.verifyAddress'
  | 'signer.add'
  | 'signer.configure'
  | 'signer.dependants'
  | 'signer.remove'
  | 'signer.setTurns'
  | 'signer.check'

/** How long a person may take at set-up, ms: they may have to find the device first. */
const SETUP_MS = 180_000
/** Why a look ended: a person had enough of it. */
const STOPPED = 'stopped by a person'
/** How long a look at the health may take, ms. */
const CHECK_MS = 15_000

/** There is nothing to make a test signature for. */
const NO_CHAIN: Problem = { code: 'VENUE_CLOSED', figures: { detail: 'Connect a chain first.' } }

/** Calls that set signers up, change them and take them out. */
export function signerSetupCalls(context: AppContext): Pick<AppCalls, Names> {
  let looking: AbortController | null = null
  /** How often somebody left a set-up. */
  let left = 0
  /** One look at a time; a new one ends the one before. */
  const look = async <T>(work: (signal: AbortSignal, told: OnInteraction) => Promise<T>, signerId: string | null = null): Promise<T> => {
    looking?.abort()
    const abort = new AbortController()
    looking = abort
    const stop = context.scheduler.after(SETUP_MS, () => abort.abort())
    const untilMs = Math.round(context.clock.wallMs() + SETUP_MS)
    const tell = (required: UserInteraction): void => {
      // Whoever was stopped may still have a word to say; it is another one's turn.
      if (looking !== abort) return
      context.desktop.publish('signer.interaction', {
        signerId,
        subject: 'set-up',
        required,
        untilMs: required === 'none' ? null : untilMs,
        shows: null,
      })
    }
    try {
      return await work(abort.signal, tell)
    } finally {
      stop()
      tell('none')
      if (looking === abort) looking = null
    }
  }

  return {
    'signer.storeSecret': ({ purpose, label }) =>
      inEnvironment(context, async ({ secrets, audit }) => {
        const id = context.random.uuid()
        const leftBefore = left
        let ref: string | null = null
        const asked = await ask(context, { kind: 'store-secret', id: context.random.uuid(), purpose, label }, (answer) => {
          if (answer.kind !== 'store-secret') return Promise.resolve({ code: 'FORBIDDEN', figures: {} })
          // What it was asked for is gone: nothing would ever name it.
          if (left !== leftBefore) return Promise.resolve(null)
          audit.append(secretFact('SecretStoreRequested', context.actor(), id, { purpose, label }))
          secrets.put(id, purpose, label, Buffer.from(answer.secret), context.clock.wallMs())
          ref = `secret:${id}`
          return Promise.resolve(null)
        })
        return asked.ok ? valueReply({ ref }) : asked
      }),
    'signer.leaveSetUp': () =>
      inEnvironment(context, ({ secrets }) => {
        left += 1
        secrets.forgetUnused()
        return valueReply({})
      }),
    'signer.discover': ({ config }) =>
      inEnvironment(context, (environment) =>
        mayReach(context, environment, config, () =>
          look(async (signal, told) => {
            const found = await environment.signers.discover(config, signal, told)
            return found.ok ? valueReply({ accounts: found.value.slice(0, 50) }) : failed(found.error, signal)
          }),
        ),
      ),
    'signer.stopDiscovering': () => {
      looking?.abort(STOPPED)
      return valueReply({})
    },
    'signer.verifyAddress': ({ config, address }) =>
      inEnvironment(context, (environment) =>
        mayReach(context, environment, config, () =>
          look(async (signal, told): Promise<Reply<{ confirmed: boolean }>> => {
            const shown = await environment.signers.verifyAddress(config, address, signal, told)
            if (shown.ok) return valueReply({ confirmed: true })
            return shown.error.code === 'REJECTED_BY_USER' ? valueReply({ confirmed: false }) : failed(shown.error, signal)
          }),
        ),
      ),
    'signer.add': ({ label, config, address }) =>
      inEnvironment(context, (environment) => {
        const { signers, secrets, chain } = environment
        const newcomer = besideOthers(signers.list(), label, config, address)
        // It has to make a test signature, and what may be signed knows the chain's own number only.
        if (newcomer !== null && chain.chainProfile === null) return { ok: false, problem: NO_CHAIN }
        const prove = testSignature(context, environment, label)
        const add = (): Promise<Reply<{ id: string }>> =>
          look(async (signal, told): Promise<Reply<{ id: string }>> => {
            const added = await signers.add(label, config, address, signal, told, prove)
            return added.ok ? valueReply({ id: added.value }) : failed(added.error, signal)
          })
        return secrets.using(config, () => mayReach(context, environment, config, add, newcomer))
      }),
    'signer.configure': ({ id, config }) =>
      inEnvironment(context, (environment) => {
        const { signers, secrets } = environment
        const entry = signers.get(id)
        if (entry === null) return problemReply('NOT_FOUND')
        const needed = secrets.needs(config)
        if (!needed.ok) return refusal(needed.error)
        const changes = reachChanges(environment, entry.config, config, needed.value)
        if ('code' in changes) return { ok: false, problem: changes }
        return secrets.using(config, () =>
          changeSigners(context, entry.label, changes, () => {
            needed.value.allow()
            if (environment.chain.chainProfile === null) return NO_CHAIN
            const prove = testSignature(context, environment, entry.label)
            return look(async (signal, told) => problemOf(await signers.configure(id, config, signal, told, prove)), id)
          }),
        )
      }),
    'signer.dependants': ({ id }) =>
      inEnvironment(context, (environment) => {
        const entry = environment.signers.get(id)
        return entry === null ? problemReply('NOT_FOUND') : valueReply(dependantsOf(context, environment, entry))
      }),
    'signer.remove': ({ id }) =>
      inEnvironment(context, (environment) => {
        const entry = environment.signers.get(id)
        if (entry === null) return problemReply('NOT_FOUND')
        const hinders = (): Problem | null => whyItStays(context, dependantsOf(context, environment, entry))
        const hindered = hinders()
        if (hindered !== null) return { ok: false, problem: hindered }
        const losing = dependantsOf(context, environment, entry).people.map(({ name, hasAuthenticator }) => ({
          label: `Second factor of ${name}`,
          before: hasAuthenticator ? 'authenticator, or this device' : 'this device',
          after: hasAuthenticator ? 'authenticator' : 'none here: recovery keys',
        }))
        const changes = [{ label: entry.address, before: entry.label, after: 'removed' }, ...losing]
        return changeSigners(context, entry.label, changes, async () => {
          // Whoever allows it takes a while; others act meanwhile.
          const hinderedNow = hinders()
          if (hinderedNow === null) await environment.signers.remove(id)
          return hinderedNow
        })
      }),
    'signer.setTurns': ({ ids }) =>
      inEnvironment(context, ({ signers }) => {
        const named = ids.map((id) => signers.get(id)?.label ?? id)
        const before = signers
          .list()
          .filter((entry) => ids.includes(entry.id))
          .sort((a, b) => a.turn - b.turn)
          .map(({ label }) => label)
        return changeSigners(context, named[0] ?? '', [{ label: 'Turns', before: before.join(', '), after: named.join(', ') }], () =>
          signers.setTurns(ids) ? null : { code: 'INVALID_INPUT', figures: { where: 'ids' } },
        )
      }),
    'signer.check': ({ id }) =>
      inEnvironment(context, async ({ signers }) => {
        const abort = new AbortController()
        const stop = context.scheduler.after(CHECK_MS, () => abort.abort())
        try {
          const entry = await signers.check(id, abort.signal)
          if (entry === null) return problemReply('NOT_FOUND')
          context.statusChanged()
          return valueReply(signerView(entry))
        } finally {
          stop()
        }
      }),
  }
}

/** What a person is shown where another signer has the address already; null where none has, or this very one is there. */
function besideOthers(all: readonly SignerEntry[], label: string, config: SignerConfig, address: string): ActChange | null {
  const others = all.filter((entry) => sameAddress(entry.address, address))
  if (others.length === 0 || others.some((entry) => isSameSigner(entry, address, config))) return null
  const before = others.map((entry) => entry.label).join(', ')
  return { label: `Signs for ${address}`, before: visible(before), after: visible(`${before}, ${label}`) }
}

/** Has a signer on trial make a test signature for the chain that is known. */
function testSignature(context: AppContext, { chain, engine }: Pick<OpenEnvironment, 'chain' | 'engine'>, label: string): Prove {
  return async (id) => {
    const chainId = chain.chainProfile?.chainId
    return chainId === undefined ? err(denial('SIGNER_UNAVAILABLE', { signer: label })) : engine.testSigner(id, chainId, context.actor())
  }
}

function changeSigners(
  context: AppContext,
  subject: string,
  changes: readonly ActChange[],
  carryOut: () => Promise<Problem | null> | Problem | null,
): Promise<Reply<{ done: boolean }>> {
  return context.authorise({ act: 'change-signers', subject, reason: '', changes, checks: [], approvalsAtLeast: 1 }, carryOut)
}

/** Why a signer cannot be taken out now, or null. */
function whyItStays(context: AppContext, dependants: Dependants): Problem | null {
  const { openOrders } = dependants
  if (openOrders > 0) return { code: 'CHECK_BLOCKED', figures: { detail: `${openOrders} open orders of this signer` } }
  return locksEverybodyOut(context, dependants) ? { code: 'BEYOND_REACH', figures: {} } : null
}

function secretFact(type: string, actor: string, id: string, data: Record<string, string>) {
  return { category: 'KEY_OPERATION', severity: 'medium', type, actor, subject: id, data } as const
}

function problemOf(done: Result<void, AddFailure>): Problem | null {
  return done.ok ? null : problem(done.error)
}

/** Whoever stopped it need not be told why it did not come to an end. */
function failed(failure: AddFailure, { reason }: AbortSignal): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: reason === STOPPED ? { code: 'CANCELED_BY_USER', figures: {} } : problem(failure) }
}

function problem(failure: AddFailure): Problem {
  const { code, detail } = failure
  if (failure.code === 'NOT_PROVEN') return { code: failure.denial.code, figures: { ...failure.denial.figures } }
  if (code === 'ALREADY_THERE') return { code: 'ALREADY_EXISTS', figures: { detail } }
  return { code: code === 'LOCKED' ? 'SIGNER_LOCKED' : 'SIGNER_UNAVAILABLE', figures: { reason: code, detail: detail.slice(0, 500) } }
}
