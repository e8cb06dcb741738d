import type { AppStatus, HealthView } from '../../../src-preload/contract/app'
import type { Problem } from '../../../src-preload/contract/problem'
import type { AuditFact } from '../../domain/audit-event'
import type { Environment } from '../../domain/environment'
import { err, ok, type Result } from '../../lib/result'
import type { Health } from '../../venues/venue'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'
import { leftElsewhere } from '../left-out'
import { mayEnter } from '../people/may-enter'
import { mayQuit, type OutNow, type QuitChoice } from '../quitting'
import { needsSetUp } from './setup'
import { signerLight } from '../views/signer-light'

/** Calls about the app as a whole. */
export function statusCalls(context: AppContext): Pick<AppCalls, 'app.status' | 'environment.switch'> {
  let isSwitching = false
  const switchTo = async (environment: Environment): Promise<Problem | null> => {
    const opened = context.environment()
    if (opened.ok && !(await mayClose(context, opened.value))) return { code: 'CANCELED_BY_USER', figures: {} }
    const problem = await context.switchTo(environment)
    if (problem === null) context.savePreferences({ environment })
    return problem
  }
  return {
    'app.status': async () => valueReply(await appStatus(context)),
    'environment.switch': async ({ environment }) => {
      // One at a time: a page cannot heap questions upon whoever is asked.
      if (isSwitching) return problemReply('BUSY')
      isSwitching = true
      try {
        const { authorise } = context
        const parts = { from: context.environmentName(), liveLocks: () => liveLocks(context), authorise }
        const problem = (await mayEnter(parts, environment)) ?? (await switchTo(environment))
        return problem === null ? valueReply({}) : { ok: false, problem }
      } finally {
        isSwitching = false
      }
    },
  }
}

/** What an environment has out is not followed while another is open, nor does a halt go after it: main itself asks, and no page can answer. */
function mayClose(context: AppContext, { engine, audit }: OpenEnvironment): Promise<boolean> {
  const record = (fact: AuditFact): void => {
    try {
      audit.append(fact)
    } catch (thrown) {
      context.unrecorded(fact)
      context.fault(`recording ${fact.type}`, thrown)
    }
  }
  const ask = (out: OutNow): Promise<QuitChoice> => context.desktop.askToQuit(out, 'environment')
  return mayQuit({ engine, ask, record, actor: context.actor(), leaving: 'environment' })
}

/** Everything the status strip shows, at this moment. */
export async function appStatus(context: AppContext): Promise<AppStatus> {
  const { facts } = context
  const opened = context.environment()
  const keychain = await context.vault.status()
  const environment = context.environmentName()
  return {
    version: facts.version,
    electron: facts.electron,
    environment,
    accountLabel: opened.ok ? accountLabel(opened.value) : 'No account',
    phase: !opened.ok ? 'failed' : needsSetUp(context) ? 'first-run' : 'ready',
    failure: opened.ok ? null : opened.error,
    killSwitch: context.killSwitch().snapshot(),
    ...(await healths(opened.ok ? ok(opened.value) : err(null))),
    keychain: { available: keychain.available, backend: keychain.backend },
    liveLocks: await liveLocks(context),
    leftElsewhere: leftElsewhere(facts.dataDir, environment).map((left) => ({ ...left })),
    startedAtMs: facts.startedAtMs,
  }
}

/** Why live is locked; each a fact that the app found, not a box somebody ticked. */
export async function liveLocks(context: AppContext): Promise<string[]> {
  const keychain = await context.vault.status()
  const locks = ['The checklist of readiness does not unlock live in this version, so live trading stays locked.']
  if (!keychain.available) locks.push('This machine has no real keychain, so secrets could not be kept safe.')
  if (olderThan(context.facts.electron, context.facts.shippedElectron)) {
    locks.push(`This runtime is Electron ${context.facts.electron}; Holdfast ships with ${context.facts.shippedElectron}.`)
  }
  if (!context.facts.sandboxed) locks.push('Holdfast was started without its sandbox.')
  return locks
}

const OFF: Omit<HealthView, 'name'> = { state: 'off', lastSuccessMs: null, latencyMs: null, detail: 'not used here' }

async function healths(opened: Result<OpenEnvironment, null>): Promise<Pick<AppStatus, 'venue' | 'signer' | 'chain'>> {
  if (!opened.ok) return { venue: { name: 'Venue', ...OFF }, signer: { name: 'Signer', ...OFF }, chain: { name: 'Chain', ...OFF } }
  const environment = opened.value
  const [first] = environment.engine.ports.venues.all()
  const venue = first === undefined ? null : await first.reader.health()
  return {
    venue: venue === null ? { name: 'Venue', ...OFF, detail: 'no venue is connected' } : healthView(first?.id ?? 'Venue', venue),
    signer: signerHealth(environment),
    chain: await chainHealth(environment),
  }
}

function signerHealth({ signers, engine, paper }: OpenEnvironment): HealthView {
  const openAccounts = (): ReadonlySet<string> => new Set(engine.journal.open().map(({ plan }) => plan.intent.account))
  const none: HealthView = { name: 'Signer', ...OFF, detail: paper === null ? 'no signer yet' : 'paper needs no signer' }
  return signerLight(signers.list(), openAccounts) ?? none
}

async function chainHealth(environment: OpenEnvironment): Promise<HealthView> {
  const { chain } = environment
  if (chain.connected !== null) return healthView(chain.chainProfile?.name ?? 'Chain', await chain.connected.health())
  if (chain.trouble !== null) return { name: 'Chain', state: 'failing', lastSuccessMs: null, latencyMs: null, detail: chain.trouble.code }
  return { name: 'Chain', ...OFF, detail: environment.paper === null ? 'no chain is configured' : 'paper needs no chain' }
}

function healthView(name: string, health: Health): HealthView {
  return {
    name,
    state: health.ok ? 'ok' : 'failing',
    lastSuccessMs: health.lastSuccessMs === null ? null : Math.round(health.lastSuccessMs),
    latencyMs: health.latencyMs,
    detail: health.detail.slice(0, 200),
  }
}

function accountLabel(environment: OpenEnvironment): string {
  if (environment.paper !== null) return 'Paper account'
  return environment.signers.list()[0]?.label ?? 'No signer yet'
}

function olderThan(version: string, shipped: string): boolean {
  return Number.parseInt(version, 10) < Number.parseInt(shipped, 10)
}
