import type { AlertSink } from '../../domain/alert'
import type { AuditFact } from '../../domain/audit-event'
import type { WatchSettings } from '../../domain/watch'
import type { Cancel, Clock, Scheduler } from '../../lib/clock'
import { describeError } from '../../lib/errors'
import type { HaltRequest } from '../halt/kill-switch-types'
import { judgeAudit, type AuditStanding } from './audit-chain'
import { BalanceWatch, type AccountBalances } from './balance-watch'
import { judgeBreakers, type BreakerStanding } from './breakers'
import { clockReference, judgeClock, judgeClockAtStart, readClocks, type ClockReference } from './clock-jump'
import { judgePresence, type Presence, type SeenAt } from './dead-man'
import { diskLevel, judgeDisk, type DiskSpace } from './disk'
import { finding, unseen, type Finding } from './finding'
import type { WatchMemory } from './watch-store'

/** What the watcher looks at, and what it may do: halt, tell, remember. */
export interface WatcherParts {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly settings: () => WatchSettings
  readonly store: { recall(): WatchMemory; remember(memory: WatchMemory): void }
  readonly armed: () => boolean
  readonly breakers: () => readonly BreakerStanding[]
  /** Why the audit log takes no entries; null when it does. */
  readonly auditRefuses: () => string | null
  /** Checks the whole chain; what is broken and not sealed comes by {@link Watcher.auditChecked}, as it does where somebody else checks. */
  readonly verifyAudit: () => Promise<void>
  readonly diskSpace: () => Promise<DiskSpace>
  readonly balances: () => Promise<readonly AccountBalances[]>
  /** Closes the gate before it returns. */
  readonly halt: (request: HaltRequest) => void
  readonly alerts: AlertSink
  /** Records a fact where that is possible; never throws. */
  readonly record: (fact: AuditFact) => void
  /** What is shown of the watch has changed. */
  readonly onChange: () => void
  /** When the operator was seen last in this run, in whichever environment; null before that. */
  readonly seenThisRun: SeenAt | null
}

/** How often what costs nothing is looked at, ms; breakers besides at each of their changes. */
export const LOOK_EVERY_MS = 5_000
/** How often the disk is measured, and the memory written: a durable write that must succeed, ms. */
export const DISK_EVERY_MS = 30_000
/** How often balances are read, ms; at once again where one has dropped, so that a reading between two transfers is no drop. */
export const BALANCES_EVERY_MS = 60_000
/** When the whole record is checked for the first time, ms: opening looks at its end alone, and what was changed while the app was closed must not wait an hour. */
export const FIRST_VERIFY_MS = 30_000
const MINUTE = 60_000
const MOMENTS_KEPT = 20

/** What screens show of the watch. */
export interface WatchView {
  readonly findings: readonly Finding[]
  readonly presence: Presence
  readonly seenWallMs: number | null
  readonly freeBytes: number | null
  readonly blind: readonly string[]
}

/**
 * The automatic triggers and the dead-man switch (product rows X5, B4): looks at what can go wrong without anybody at the screen, and halts. It decides
 * nothing about a release; what stood at one was seen by whoever released, and halts again only when it comes back or something is added to it. A part
 * that throws stops no other part; where even looking fails, trading halts.
 */
export class Watcher {
  readonly #parts: WatcherParts
  readonly #balanceWatch: BalanceWatch
  readonly #cancels = new Map<string, Cancel>()
  #stopped = false
  #wasArmed: boolean
  #acknowledged: Set<string>
  #clockReference: ClockReference
  /** The last calendar time that stood in no doubt. */
  #knownWallMs: number | null
  /** Findings of a moment: shown until the next release. */
  #moments: Finding[] = []
  #space: DiskSpace | null = null
  #failedWrite: string | null = null
  #broken: AuditStanding['broken'] = null
  #seen: SeenAt | null
  #lastPresence: Presence['kind'] = 'off'
  #toldLittleSpace = false
  #told = new Set<string>()
  #looking = false
  #isVerified = false

  constructor(parts: WatcherParts) {
    const { clock, store, armed, settings, seenThisRun } = parts
    this.#parts = parts
    const memory = store.recall()
    this.#acknowledged = new Set(memory.acknowledged)
    this.#balanceWatch = new BalanceWatch(memory.accounts)
    const before: SeenAt | null = memory.seenWallMs === null ? null : { wallMs: memory.seenWallMs, steadyMs: null }
    this.#seen = seenThisRun ?? before
    this.#wasArmed = armed()
    this.#clockReference = clockReference(readClocks(clock))
    this.#knownWallMs = memory.lastWallMs
    const { clockOn, clockOverSec } = settings()
    const jumped = clockOn ? judgeClockAtStart(memory.lastWallMs, clock.wallMs(), clockOverSec * 1_000) : null
    // What halted already, and is armed again, was released by somebody, in another environment perhaps.
    if (jumped !== null && !(this.#wasArmed && unseen([jumped], this.#acknowledged).length === 0)) this.#moments.push(jumped)
  }

  /** Looks at everything, at once and from then on. */
  start(): void {
    this.look()
    this.#every('look', LOOK_EVERY_MS, () => this.look())
    this.#every('disk', DISK_EVERY_MS, () => this.measureDisk(), true)
    this.#every('balances', BALANCES_EVERY_MS, () => this.readBalances(), true)
    this.#verifyLater()
  }

  /** Remembers what is to be remembered and stops. */
  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    for (const cancel of this.#cancels.values()) cancel()
    try {
      this.#parts.store.remember(this.#memory())
    } catch {
      // The next start finds what was written before: less was seen of the operator, never more.
    }
  }

  /** Looks at what can be seen at once, and halts on what nobody has seen yet. Never throws. */
  look(): void {
    // A halt tells of itself, and who hears of it looks again: this look is still under way.
    if (this.#stopped || this.#looking) return
    this.#looking = true
    try {
      this.#look()
    } catch (thrown) {
      this.#lookFailed(describeError(thrown))
    } finally {
      this.#looking = false
    }
  }

  /** A person gave a sign: input into a window of ours, as main sees it. */
  personSeen(): void {
    const { clock } = this.#parts
    this.#seen = { wallMs: clock.wallMs(), steadyMs: clock.steadyMs() }
    if (this.#lastPresence === 'warning') this.look()
  }

  /** Whether the calendar moved apart from the time that passed, and nobody has vouched for it since by releasing the halt. */
  get clockInDoubt(): boolean {
    return this.#moments.some(({ trigger }) => trigger === 'clock-jump')
  }

  /** When a person was last seen, for the next environment's watch. */
  get seen(): SeenAt | null {
    return this.#seen?.steadyMs == null ? null : this.#seen
  }

  /** A check of the whole audit chain ended; whoever made it tells what is broken and not sealed. */
  auditChecked(broken: NonNullable<AuditStanding['broken']>): void {
    this.#broken = broken
    this.look()
  }

  /** Something that had to be written could not be. */
  writeFailed(what: string): void {
    this.#failedWrite = what
    this.look()
  }

  /** Settings, maintenance or explanations have changed: looks by them at once, and tells. */
  settingsChanged(): void {
    this.look()
    this.#verifyLater()
    this.#parts.onChange()
  }

  /** Makes what is remembered last, now. Throws when the disk does not take it. */
  rememberNow(): void {
    this.#parts.store.remember(this.#memory())
  }

  /** What stands now, for the checklist before a release and for the screen. Breakers and the audit chain have checks of their own. */
  view(): WatchView {
    return {
      findings: [...this.#standing(), ...this.#moments],
      presence: this.#presence(),
      seenWallMs: this.#seen?.wallMs ?? null,
      freeBytes: this.#space?.freeBytes ?? null,
      blind: this.#balanceWatch.blind,
    }
  }

  /** Measures the disk, and writes what is to be remembered: the write itself is the test. */
  async measureDisk(): Promise<void> {
    const { diskSpace, store, settings, alerts } = this.#parts
    try {
      store.remember(this.#memory())
      this.#failedWrite = null
    } catch (thrown) {
      this.#failedWrite = describeError(thrown)
    }
    try {
      this.#space = await diskSpace()
    } catch (thrown) {
      // Where the folder cannot even be looked at, nothing lasts in it.
      this.#failedWrite ??= describeError(thrown)
    }
    const little = this.#space !== null && diskLevel(this.#space, settings().diskBelowMb) === 'little'
    if (little && !this.#toldLittleSpace)
      alerts.raise({ kind: 'disk-full', subject: null, figures: { level: 'little', freeMb: megabytes(this.#space) } })
    this.#toldLittleSpace = little
    this.look()
  }

  /** Reads the balances of every account. */
  async readBalances(): Promise<void> {
    const { balances, settings, clock, record } = this.#parts
    const readings = await balances()
    if (this.#stopped) return
    const { blindNow, again } = this.#balanceWatch.take(readings, clock.wallMs(), settings())
    for (const { account, why } of blindNow) record(fact('BalanceWatchBlind', 'medium', account, { why: why.slice(0, 200) }))
    if (again) this.#once('balances-again', LOOK_EVERY_MS, () => this.readBalances())
    this.look()
  }

  /** Checks the whole audit chain. */
  async verify(): Promise<void> {
    await this.#parts.verifyAudit()
  }

  #look(): void {
    const { armed, settings, clock } = this.#parts
    const isArmed = armed()
    const { clockOn, clockOverSec } = settings()
    const { reference, found } = judgeClock(this.#clockReference, readClocks(clock), clockOverSec * 1_000)
    this.#clockReference = reference
    if (isArmed && !this.#wasArmed) this.#released()
    if (clockOn && found !== null) this.#moments = [...this.#moments, found].slice(-MOMENTS_KEPT)
    this.#wasArmed = isArmed
    // A doubt outlives a restart: what was known before it is what the next start compares with.
    if (!this.clockInDoubt) this.#knownWallMs = Math.floor(clock.wallMs())

    const findings = [...this.#standing(), ...this.#moments]
    const atoms = new Set(findings.flatMap((each) => each.atoms))
    // What has gone away is new when it comes back.
    for (const atom of this.#acknowledged) if (!atoms.has(atom)) this.#acknowledged.delete(atom)
    for (const atom of this.#told) if (!atoms.has(atom)) this.#told.delete(atom)
    if (isArmed) this.#halt(unseen(findings, this.#acknowledged))
    this.#tell(unseen(findings, this.#told))
    this.#watchPresence()
    this.#wasArmed = armed()
  }

  #lookFailed(why: string): void {
    const { armed, alerts } = this.#parts
    const failed = finding('watch-failed', ['watch:failed'], `The watch itself failed: ${why}`)
    if (this.#acknowledged.has('watch:failed')) return
    alerts.raise({ kind: 'internal-fault', subject: 'watch', figures: { reason: failed.reason } })
    if (armed()) this.#halt([failed])
    this.#wasArmed = armed()
  }

  /** Somebody in authority let trading go on: what stands was seen by them, and money is compared with what is there now. */
  #released(): void {
    this.#moments = []
    this.#balanceWatch.forgetHighs()
    this.personSeen()
    this.#acknowledged = new Set(this.#standing().flatMap(({ atoms }) => atoms))
  }

  #standing(): readonly Finding[] {
    const { settings, breakers, auditRefuses } = this.#parts
    const now = settings()
    const presence = this.#presence()
    return [
      ...judgeBreakers(breakers(), now),
      ...judgeAudit({ refuses: auditRefuses(), broken: this.#broken }),
      ...judgeDisk(this.#space, this.#failedWrite, now.diskBelowMb),
      ...(now.balanceOn ? this.#balanceWatch.findings : []),
      ...(presence.kind === 'absent' && this.#wasArmed ? [absence(presence, now, this.#seen)] : []),
    ]
  }

  #halt(findings: readonly Finding[]): void {
    for (const { trigger, reason, figures, atoms } of findings) {
      for (const atom of atoms) this.#acknowledged.add(atom)
      this.#parts.halt({ source: 'automatic', by: trigger, reason, scope: 'machine', mode: this.#parts.settings().mode })
      this.#parts.record(fact('AutomaticTriggerFired', 'critical', trigger, { reason, ...figures }))
    }
  }

  /** Tells people of what came up, also while trading is halted already. Halts and breakers are told by those who hear of them. */
  #tell(findings: readonly Finding[]): void {
    const { alerts, onChange } = this.#parts
    for (const { trigger, figures, reason, atoms } of findings) {
      for (const atom of atoms) this.#told.add(atom)
      const subject = figures['account'] ?? null
      if (trigger === 'audit-chain') alerts.raise({ kind: 'audit-broken', subject, figures: { ...figures, reason } })
      else if (trigger !== 'breakers' && trigger !== 'signer-breaker' && trigger !== 'watch-failed')
        alerts.raise({ kind: trigger, subject, figures: { ...figures, reason } })
    }
    if (findings.length > 0) onChange()
  }

  #presence(): Presence {
    const { settings, clock } = this.#parts
    return judgePresence(settings(), this.#seen, { wallMs: clock.wallMs(), steadyMs: clock.steadyMs() })
  }

  #watchPresence(): void {
    const presence = this.#presence()
    if (presence.kind === this.#lastPresence) return
    this.#lastPresence = presence.kind
    if (presence.kind === 'warning' && this.#wasArmed) {
      const minutesLeft = String(Math.ceil(presence.leftMs / MINUTE))
      this.#parts.alerts.raise({ kind: 'dead-man', subject: null, figures: { phase: 'warning', minutesLeft } })
    }
    this.#parts.onChange()
  }

  #memory(): WatchMemory {
    return {
      lastWallMs: this.#knownWallMs,
      seenWallMs: this.#seen === null ? null : Math.floor(this.#seen.wallMs),
      acknowledged: [...this.#acknowledged],
      accounts: this.#balanceWatch.histories,
    }
  }

  #verifyLater(): void {
    const afterMs = this.#isVerified ? this.#parts.settings().verifyEveryMin * MINUTE : FIRST_VERIFY_MS
    this.#once('verify', afterMs, async () => {
      this.#isVerified = true
      try {
        await this.verify()
      } finally {
        this.#verifyLater()
      }
    })
  }

  #every(name: string, ms: number, work: () => void | Promise<void>, atOnce = false): void {
    this.#once(name, atOnce ? 0 : ms, async () => {
      try {
        await work()
      } finally {
        this.#every(name, ms, work)
      }
    })
  }

  #once(name: string, ms: number, work: () => void | Promise<void>): void {
    if (this.#stopped) return
    this.#cancels.get(name)?.()
    const cancel = this.#parts.scheduler.after(ms, () => {
      if (this.#stopped) return
      Promise.resolve()
        .then(work)
        .catch((thrown: unknown) => {
          if (!this.#stopped) this.#parts.record(fact('WatchFailed', 'high', name, { why: describeError(thrown).slice(0, 200) }))
        })
    })
    this.#cancels.set(name, cancel)
  }
}

function absence({ awayMs }: Extract<Presence, { kind: 'absent' }>, { deadManAfterMin }: WatchSettings, seen: SeenAt | null): Finding {
  const away = awayMs === null ? 'since nobody knows when' : `for ${Math.floor(awayMs / MINUTE)} min`
  const reason = `No sign of the operator ${away} (halts after ${deadManAfterMin} min).`
  const figures = {
    phase: 'halted',
    afterMin: String(deadManAfterMin),
    seenAtMs: seen === null ? 'unknown' : String(Math.floor(seen.wallMs)),
  }
  return finding('dead-man', ['dead-man'], reason, figures)
}

function fact(type: string, severity: AuditFact['severity'], subject: string, data: Readonly<Record<string, string>>): AuditFact {
  return { category: severity === 'critical' ? 'SECURITY_VIOLATION' : 'SYSTEM_EVENT', severity, type, actor: 'system', subject, data }
}

function megabytes(space: DiskSpace | null): string {
  return space === null ? 'unknown' : String(Math.floor(space.freeBytes / 1_000_000))
}
