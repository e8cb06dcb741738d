import { BREAKER_IDS, outOfBounds } from '../../domain/breaker'
import { DRILL_TARGETS_MS, type DrillKind, type DrillReport } from '../../domain/drill'
import { isTestChain } from '../../domain/chains'
import { hasRealMoney } from '../../domain/environment'
import { READINESS_CODES, type ReadinessCheck, type ReadinessCode, type ReadinessState } from '../../domain/readiness'
import { decimal } from '../../lib/decimal'
import { describeError } from '../../lib/errors'
import { isDevelopmentKey, isProductionGrade } from './signer-grade'
import type { Fact, ReadinessFacts, Unread } from './facts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A signer that showed nothing for longer than this is not known to sign. */
const SIGNER_SEEN_MS = DAY_MS
/** A receiver that took nothing for longer than this is not known to be there. */
const WEBHOOK_TAKEN_MS = 7 * DAY_MS
/** What was rehearsed longer ago says little of today's version and today's machine. */
const DRILL_MS = 90 * DAY_MS
/** Recovery must not hang on one piece of paper. */
const LEAST_RECOVERY_KEYS = 2
/** More than this is no limit on slippage, percent of mid. */
const MOST_SLIPPAGE_PCT = 5
const MOST_QUOTE_AGE_MS = 120_000
/** More of a day's loss than this is no limit, percent. */
const MOST_LOSS_PCT = 50
/** The anchor moves every 256 entries: further behind, it stands still. */
const MOST_LAG = 256
/** Free space that is asked for, as a multiple of that below which trading halts. */
const ROOM = 2

type Judged = { readonly state: ReadinessState; readonly figures?: Readonly<Record<string, string>> }
type Judge = (facts: ReadinessFacts) => Judged

/**
 * Judges what the app found (product rows X9, C14). A fact that could not be read is `unknown`, and so is one that makes no sense; neither ever passes. The answer has
 * one check of every code, in their order.
 */
export function judgeReadiness(facts: ReadinessFacts): readonly ReadinessCheck[] {
  return READINESS_CODES.map((code) => {
    try {
      const { state, figures = {} } = JUDGES[code](facts)
      return { code, state, figures }
    } catch (thrown) {
      return { code, state: 'unknown', figures: { why: describeError(thrown).slice(0, 200) } }
    }
  })
}

const JUDGES: Readonly<Record<ReadinessCode, Judge>> = {
  'signer-production': ({ environment, signers }) =>
    environment === 'paper'
      ? NOT_HERE
      : read(signers, (all) => {
          const good = all.filter(({ config }) => isProductionGrade(config))
          return so(good.length > 0, { signers: labels(good), others: labels(all.filter((each) => !good.includes(each))) })
        }),
  'no-development-keys': ({ signers, keyVariables }) =>
    read(signers, (all) =>
      read(keyVariables, (variables) => {
        const found = all.filter(({ config }) => isDevelopmentKey(config))
        return so(found.length + variables.length === 0, { signers: labels(found), variables: variables.join(', ') })
      }),
    ),
  'signers-healthy': ({ environment, signers, nowMs }) =>
    environment === 'paper'
      ? NOT_HERE
      : read(signers, (all) => {
          const failing = all.filter(({ status }) => status === 'unavailable')
          const silent = all.filter(
            (each) => !failing.includes(each) && !(each.status === 'ready' && isWithin(each.lastSuccessMs, nowMs, SIGNER_SEEN_MS)),
          )
          const figures = { count: String(all.length), failing: labels(failing), silent: labels(silent) }
          if (all.length === 0 || failing.length > 0) return so(false, figures)
          return silent.length > 0 ? { state: 'unknown', figures } : so(true, figures)
        }),
  keychain: ({ keychain }) => read(keychain, (backend) => so(typeof backend === 'string' && backend !== '', { backend: backend ?? '' })),
  'kill-switch-armed': ({ killSwitch }) => read(killSwitch, (state) => so(state === 'armed', { state })),
  'kill-file-watched': ({ killFileWatched }) => read(killFileWatched, (isWatched) => so(isExactly(isWatched, true))),
  'halt-signals': ({ signals }) =>
    read(signals, (heard) =>
      heard === null
        ? NOT_HERE
        : so(
            ['SIGUSR1', 'SIGUSR2'].every((name) => heard.includes(name)),
            { heard: heard.join(', ') },
          ),
    ),
  'recovery-keys': ({ recoveryKeys }) =>
    read(recoveryKeys, ({ verified, confirmed, usable }) =>
      so(verified && confirmed && usable >= LEAST_RECOVERY_KEYS, {
        usable: String(usable),
        needed: String(LEAST_RECOVERY_KEYS),
        confirmed: yesNo(confirmed),
        verified: yesNo(verified),
      }),
    ),
  'second-factor': ({ approvers }) =>
    read(approvers, (people) => {
      const without = people.filter(({ hasSecondFactor }) => !hasSecondFactor).map(({ name }) => name)
      return so(people.length > 0 && without.length === 0, { people: String(people.length), without: without.join(', ') })
    }),
  'halt-drill': (facts) => drillOf(facts, 'halt'),
  'emergency-drill': (facts) => drillOf(facts, 'emergency-halt'),
  'breakers-closed': ({ breakersNotClosed }) => read(breakersNotClosed, (ids) => so(ids.length === 0, { breakers: ids.join(', ') })),
  'breaker-thresholds': ({ breakerThresholds }) =>
    read(breakerThresholds, (all) => {
      const odd = BREAKER_IDS.filter((id) => outOfBounds(id, all[id]) !== null)
      return so(odd.length === 0, { breakers: odd.join(', '), count: String(BREAKER_IDS.length) })
    }),
  'policy-readable': ({ policy }) => read(policy, (why) => so(why === null, { why: why ?? '' })),
  'signer-policy-readable': ({ signerPolicy }) => read(signerPolicy, (why) => so(why === null, { why: why ?? '' })),
  'slippage-limits': ({ slippage }) =>
    read(slippage, ({ limitPct: { conservative, moderate, aggressive }, maxQuoteAgeMs }) => {
      const rising = [conservative, moderate, aggressive].map((pct) => decimal(pct))
      const sound = rising.every((pct, at) => pct.gt(0) && pct.lte(MOST_SLIPPAGE_PCT) && pct.gte(rising[at - 1] ?? 0))
      const isFresh = Number.isFinite(maxQuoteAgeMs) && maxQuoteAgeMs > 0 && maxQuoteAgeMs <= MOST_QUOTE_AGE_MS
      return so(sound && isFresh, { conservative, moderate, aggressive })
    }),
  'exposure-limits': ({ exposure }) =>
    read(exposure, (limits) => {
      const [order, asset, day, loss] = [limits.orderUsd, limits.assetDayUsd, limits.dayUsd, limits.lossHaltPct].map((text) =>
        decimal(text),
      )
      if (order === undefined || asset === undefined || day === undefined || loss === undefined) return { state: 'unknown' }
      const sound = order.gt(0) && order.lte(asset) && asset.lte(day) && loss.gt(0) && loss.lte(MOST_LOSS_PCT)
      return so(sound, { ...limits })
    }),
  'audit-intact': ({ audit, nowMs }) =>
    read(audit, ({ verdict, verifiedAtMs, entries, broken, sealed, refuses, verifyEveryMin }) => {
      const figures = {
        entries: String(entries),
        broken: String(broken),
        sealed: String(sealed),
        refuses: refuses ?? '',
        checkedAtMs: String(verifiedAtMs ?? ''),
      }
      if (refuses !== null || verdict === 'broken' || broken > 0) return so(false, figures)
      // Checked, and by the watch's own rhythm, with one check that failed to be made allowed for.
      return verdict === null || !isWithin(verifiedAtMs, nowMs, 2 * verifyEveryMin * 60_000)
        ? { state: 'unknown', figures }
        : so(true, figures)
    }),
  'audit-anchored': ({ anchor }) =>
    read(anchor, ({ lag, problem }) =>
      lag === null
        ? { state: 'unknown', figures: { problem: problem ?? '' } }
        : so(problem === null && lag <= MOST_LAG, { lag: String(lag), problem: problem ?? '' }),
    ),
  'alert-path': ({ webhook, nowMs }) =>
    read(webhook, (hook) => {
      if (hook === null) return so(false, { state: 'none' })
      const figures = { state: hook.state, takenAtMs: String(hook.lastTakenMs ?? '') }
      if (hook.state === 'lost' || hook.state === 'retrying') return so(false, figures)
      return hook.state === 'working' && isWithin(hook.lastTakenMs, nowMs, WEBHOOK_TAKEN_MS)
        ? so(true, figures)
        : { state: 'unknown', figures }
    }),
  'chain-endpoints': ({ environment, chain }) =>
    environment === 'paper'
      ? NOT_HERE
      : read(chain, (set) => {
          if (set === null) return so(false, { trouble: 'NOT_SET' })
          const { name, chainId, endpoints, trouble } = set
          const isRight = hasRealMoney(environment) ? !isTestChain(chainId) : isTestChain(chainId)
          const figures = {
            name,
            chainId: String(chainId),
            endpoints: String(endpoints),
            trouble: trouble ?? (isRight ? '' : 'WRONG_CHAIN'),
          }
          return so(trouble === null && isRight && endpoints === 2, figures)
        }),
  clock: ({ clockInDoubt }) => read(clockInDoubt, (isInDoubt) => so(isExactly(isInDoubt, false))),
  disk: ({ disk }) =>
    read(disk, ({ freeMb, haltsBelowMb }) =>
      Number.isFinite(freeMb)
        ? so(freeMb >= ROOM * haltsBelowMb, { freeMb: String(Math.floor(freeMb)), needMb: String(ROOM * haltsBelowMb) })
        : { state: 'unknown' },
    ),
  runtime: ({ runtime }) =>
    read(runtime, ({ sandboxed, electron, shippedElectron }) => {
      const [major, shipped] = [electron, shippedElectron].map((version) => Number.parseInt(version, 10))
      const isCurrent = Number.isInteger(major) && Number.isInteger(shipped) && (major ?? 0) >= (shipped ?? Infinity)
      return so(sandboxed && isCurrent, { sandboxed: yesNo(sandboxed), electron, shippedElectron })
    }),
}

const NOT_HERE: Judged = { state: 'not-applicable' }

/** The newest drill of a kind that came to an end: it passed, in time, and not too long ago. A later one that failed counts more than an earlier one that passed. */
function drillOf({ drills, nowMs }: ReadinessFacts, kind: DrillKind): Judged {
  return read(drills, (reports) => {
    const ended = reports.filter(
      (report) => report.kind === kind && (report.result === 'passed' || report.result === 'failed' || report.result === 'awaits-release'),
    )
    const [newest] = [...ended].sort((a, b) => b.startedAtMs - a.startedAtMs)
    if (newest === undefined) return so(false, { result: 'none' })
    const figures = { result: newest.result, atMs: String(newest.startedAtMs), ...timesOf(newest) }
    return so(newest.result === 'passed' && keptTimes(newest) && isWithin(newest.startedAtMs, nowMs, DRILL_MS), figures)
  })
}

/** By the limits of today, whatever they were on the day of the drill. */
function keptTimes({ measures }: DrillReport): boolean {
  const took = (name: 'gate-closed' | 'verified'): boolean =>
    measures.some((measure) => measure.name === name && measure.tookMs !== null && measure.tookMs <= (DRILL_TARGETS_MS[name] ?? 0))
  return took('gate-closed') && took('verified')
}

function timesOf({ measures }: DrillReport): Record<string, string> {
  const of = (name: string): string => measures.find((measure) => measure.name === name)?.tookMs?.toFixed(1) ?? ''
  return { gateMs: of('gate-closed'), verifiedMs: of('verified') }
}

function read<T>(fact: Fact<T>, judge: (value: T) => Judged): Judged {
  return isUnread(fact) ? { state: 'unknown', figures: { why: fact.unread.slice(0, 200) } } : judge(fact.value)
}

function isUnread(fact: Fact<unknown>): fact is Unread {
  return 'unread' in fact
}

function so(isSo: boolean, figures: Readonly<Record<string, string>> = {}): Judged {
  return { state: isSo ? 'passed' : 'failed', figures }
}

/** A time in the future is as good as none: somebody set a clock. */
function isWithin(atMs: number | null, nowMs: number, spanMs: number): boolean {
  return atMs !== null && atMs <= nowMs && nowMs - atMs <= spanMs
}

/** Whatever the types promise: what is neither yes nor no is no. */
function isExactly(value: unknown, wanted: boolean): boolean {
  return value === wanted
}

function labels(signers: readonly { readonly label: string }[]): string {
  return signers.map(({ label }) => label).join(', ')
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no'
}
