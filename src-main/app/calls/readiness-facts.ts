import { inForce, keyMay, operatorMay } from '../../authority/act-rules'
import { BREAKER_IDS, breakersNotClosed, type BreakerId, type BreakerThresholds } from '../../domain/breaker'
import type { DrillReport } from '../../domain/drill'
import type { Fact, ReadinessFacts } from '../../engine/readiness/facts'
import { describeError } from '../../lib/errors'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'

/** Names that keys go by in the environments of bots. */
const KEY_VARIABLE = /(?:^|_)(?:PRIVATE_KEY|MNEMONIC|SEED_PHRASE)$/i
const SIGNALS = ['SIGUSR1', 'SIGUSR2'] as const

/** Finds out what readiness is judged by (product row X9); each fact apart, so that one that cannot be read leaves the others standing. */
export async function gatherReadiness(
  context: AppContext,
  environment: OpenEnvironment,
  drills: () => Promise<readonly DrillReport[]>,
): Promise<ReadinessFacts> {
  const { people, recoveryKeys, alerts, vault, facts, clock } = context
  const { audit, verification, breakers, limits, policy, settings, signerPolicy, signers, watchStore } = environment
  const nowMs = clock.wallMs()
  return {
    environment: environment.environment,
    nowMs,
    signers: await fact(() =>
      signers.list().map(({ label, config, health: { status, lastSuccessMs } }) => ({ label, config, status, lastSuccessMs })),
    ),
    keyVariables: await fact(() => Object.keys(process.env).filter((name) => KEY_VARIABLE.test(name) && process.env[name] !== '')),
    keychain: await fact(async () => {
      const { available, backend } = await vault.status()
      return available ? backend : null
    }),
    killSwitch: await fact(() => context.killSwitch().snapshot().state),
    killFileWatched: await fact(() => context.killFileWatched()),
    signals: await fact(() => (process.platform === 'win32' ? null : SIGNALS.filter((name) => process.listenerCount(name) > 0))),
    recoveryKeys: await fact(() => {
      const keys = recoveryKeys.describe()
      if (keys.kind === 'absent') return { verified: false, confirmed: false, usable: 0 }
      if (keys.kind !== 'present') throw new Error('the file of the recovery keys cannot be read')
      const usable = keys.keys.filter((key) => keyMay(key, 'release-halt', nowMs)).length
      return { verified: keys.integrity === 'verified' && recoveryKeys.fault === null, confirmed: keys.seen, usable }
    }),
    approvers: await fact(() => {
      const body = people.verified ? people.operators.body() : null
      if (body === null) throw new Error('who may do what cannot be vouched for')
      return body.operators
        .filter((operator) => inForce(operator, nowMs) && operatorMay(operator, 'release-halt', { secondFactor: 'where-enrolled' }, nowMs))
        .map(({ name, totp, device }) => ({ name, hasSecondFactor: totp !== null || device !== null }))
    }),
    drills: await fact(() => {
      if (environment.environment !== 'paper') throw new Error('drills are kept with paper, which is not open')
      return drills()
    }),
    breakersNotClosed: await fact(() => breakersNotClosed(breakers.views())),
    breakerThresholds: await fact(
      () => Object.fromEntries(BREAKER_IDS.map((id) => [id, breakers.thresholds(id)])) as Record<BreakerId, BreakerThresholds>,
    ),
    policy: await fact(() => whyUnreadable(policy.state())),
    signerPolicy: await fact(() => whyUnreadable(signerPolicy.state())),
    slippage: await fact(() => {
      const { limitPct, maxQuoteAgeMs } = settings.slippage()
      const { conservative, moderate, aggressive } = limitPct
      return {
        limitPct: { conservative: conservative.toFixed(), moderate: moderate.toFixed(), aggressive: aggressive.toFixed() },
        maxQuoteAgeMs,
      }
    }),
    exposure: await fact(() => {
      const { maxOrderUsd, maxAssetDayUsd, maxDayUsd, lossHaltPct } = limits.store.get()
      return { orderUsd: maxOrderUsd, assetDayUsd: maxAssetDayUsd, dayUsd: maxDayUsd, lossHaltPct }
    }),
    audit: await fact(() => {
      const { report, verifiedAtMs } = verification.state
      return {
        verdict: report?.verdict ?? null,
        verifiedAtMs,
        entries: report?.entries ?? 0,
        broken: (report?.breaks.length ?? 0) + (report?.omittedBreaks ?? 0),
        sealed: report?.sealed.length ?? 0,
        refuses: audit.status().refuses,
        verifyEveryMin: watchStore.settings.verifyEveryMin,
      }
    }),
    anchor: await fact(() => {
      const { lag, anchorProblem } = audit.status()
      return { lag, problem: anchorProblem }
    }),
    webhook: await fact(() => {
      if (alerts.settings().webhook === null) return null
      const { state, lastTakenMs } = alerts.webhookHealth()
      return { state, lastTakenMs }
    }),
    chain: await fact(() => chainOf(environment)),
    clockInDoubt: await fact(() => watchOf(context).clockInDoubt),
    disk: await fact(() => {
      const { freeBytes } = watchOf(context).view()
      if (freeBytes === null) throw new Error('it was not measured yet')
      return { freeMb: freeBytes / 1_000_000, haltsBelowMb: watchStore.settings.diskBelowMb }
    }),
    runtime: await fact(() => ({ sandboxed: facts.sandboxed, electron: facts.electron, shippedElectron: facts.shippedElectron })),
  }
}

/** Looks anew at what is otherwise known from a while ago. What cannot be looked at stays as it was known, or unknown. */
export async function lookAnew(context: AppContext, { signers, verification }: OpenEnvironment): Promise<void> {
  const giveUp = new AbortController()
  const stop = context.scheduler.after(LOOK_MS, () => {
    giveUp.abort()
  })
  const looks = signers.list().map(({ id }) => signers.check(id, giveUp.signal))
  await Promise.allSettled([...looks, verification.check({ fresh: true }), context.watch()?.measureDisk()])
  stop()
}

/** How long signers may take to say whether they would sign, ms. */
const LOOK_MS = 15_000

/** Asks the chain now: both endpoints must say the same of its newest block. */
async function chainOf({ chain }: OpenEnvironment) {
  const { chainProfile: profile, connected, trouble } = chain
  if (profile === null) {
    if (trouble === null) return null
    throw new Error(`${trouble.code}: ${trouble.detail}`)
  }
  const endpoints: 1 | 2 = profile.witnessRpcUrl === undefined ? 1 : 2
  const set = { name: profile.name, chainId: profile.chainId, endpoints }
  if (connected === null) return { ...set, trouble: trouble?.code ?? 'NETWORK_ERROR' }
  const [health, newest] = await Promise.all([connected.health(), connected.chain.block('latest')])
  return { ...set, trouble: !newest.ok ? newest.error.code : health.ok ? null : health.detail.slice(0, 100) }
}

function watchOf(context: AppContext) {
  const watch = context.watch()
  if (watch === null) throw new Error('nothing is watched yet')
  return watch
}

function whyUnreadable(state: { readonly kind: 'loaded' } | { readonly kind: string; readonly why: string }): string | null {
  return 'why' in state ? state.why : null
}

async function fact<T>(find: () => T | Promise<T>): Promise<Fact<T>> {
  try {
    return { value: await find() }
  } catch (thrown) {
    return { unread: describeError(thrown).slice(0, 200) }
  }
}
