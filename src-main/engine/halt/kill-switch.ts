import { denial, type Denial } from '../../domain/codes'
import { HALT_MODES, type HaltEvent, type HaltMode, type KillSwitchSnapshot, type KillSwitchStateName } from '../../domain/kill-switch'
import type { Maintenance } from '../../domain/watch'
import type { Cancel } from '../../lib/clock'
import { describeError } from '../../lib/errors'
import { err, ok, type Result } from '../../lib/result'
import { closeLatch } from './close-latch'
import { HaltBook } from './halt-book'
import { haltFor } from './halt-for'
import { readRecord } from './halt-record'
import type { HistoryView } from './history'
import type {
  DurableReceipt,
  GateReceipt,
  HaltReceipt,
  HaltRequest,
  KillSwitchOptions,
  ReleaseRefusal,
  ReleaseRequest,
} from './kill-switch-types'
import { readLease } from './lease'
import { lookAtLatches, type HeldLeases } from './look'
import { latchesOf, latchesWithin, type Latches } from './places'
import { ownFacts, releaseChecks, type Acknowledgement, type ReleaseCheck, type ReleaseFacts } from './release-checks'
import { releaseOnDisk } from './release-on-disk'
import { initialise, type SetUpRefusal } from './set-up'
import { findAtStart, haltingVariables, type HaltFacts } from './start-up'
import type { StepListener } from './steps'
import { Teller } from './teller'
import { oneLine } from './text'
import { nextState, type KillSwitchAct } from './transitions'
import { whyNotRelease } from './why-not-release'

const RETRY_MS = 1_000

/**
 * The global kill switch (product row X5; decision 2). Trading is possible only while one boolean in memory is true and, looked up afresh before
 * anything leaves, both leases are on disk. Halting needs no credential and cannot fail: the boolean goes first, then the leases, then the
 * record. Releasing needs a `RecoveryProof`, a reason and a clear checklist; see {@link releaseChecks} for why it can never deadlock, and
 * `release-on-disk.ts` for why a crash anywhere in it leaves trading halted. Recoveries end with the process: a restart finds `armed`,
 * `triggered` or `maintenance`. Everything is synchronous. One instance for one environment; {@link KillSwitch.dispose} it before making the next.
 */
export class KillSwitch {
  readonly #options: KillSwitchOptions
  readonly #latches: Latches
  readonly #book: HaltBook
  readonly #teller: Teller
  /** The gate. True only while armed. */
  #open = false
  #state: KillSwitchStateName = 'triggered'
  #held: HeldLeases | null = null
  /** What is being halted for; null while armed. */
  #halt: HaltFacts | null = null
  #notSetUp = false
  /** It was so until a halt came. */
  #wasNotSetUp = false
  #recoveryId: string | null = null
  #retry: Cancel | null = null

  constructor(options: KillSwitchOptions) {
    this.#options = options
    this.#latches = latchesOf(options.dataDir, options.environment)
    this.#book = new HaltBook(options, this.#latches, this.#step, () => this.#halt)
    this.#teller = new Teller(options.ports)
    this.#start()
  }

  /** Where things stand; from memory, and cheap. */
  snapshot(): KillSwitchSnapshot {
    const state = this.#state
    if (this.#halt === null) return { state, sinceMs: null, source: null, by: null, reason: null, scope: null }
    const { sinceMs, source, by, reason, scope } = this.#halt
    return { state, sinceMs, source, by, reason, scope }
  }

  /** How to treat what is already out, as asked for by this halt; null while armed. */
  get mode(): HaltMode | null {
    return this.#halt?.mode ?? null
  }

  /** Whether this environment was never armed, so that setting it up is what is missing. */
  get notSetUp(): boolean {
    return this.#notSetUp
  }

  /** Halts: {@link closeGate}, then {@link makeDurable}. Never throws. */
  halt(request: HaltRequest): HaltReceipt {
    const gate = this.closeGate(request)
    return { ...gate, ...this.makeDurable() }
  }

  /**
   * Closes the gate in memory: one boolean, before anything else. The caller may acknowledge this at once, and must see to {@link closeFirstLatch}
   * or {@link makeDurable} before it does anything else: until one of them returns, a crash forgets the halt.
   */
  closeGate(request: HaltRequest): GateReceipt {
    this.#open = false
    const wallMs = Math.floor(this.#options.clock.wallMs())
    const before = this.#state === 'triggered' && !this.#notSetUp ? this.#halt : null
    const scope = this.#halt?.scope === 'machine' ? 'machine' : request.scope
    const mode = stronger(before?.mode ?? 'gate-only', request.mode)
    const { source, sinceMs, by, reason } = before ?? {
      ...request,
      sinceMs: wallMs,
      by: oneLine(request.by),
      reason: oneLine(request.reason),
    }
    if (this.#state !== 'armed' && (before === null || before.scope !== scope || before.mode !== mode)) this.#book.outdate()
    this.#halt = { sinceMs, source, by, reason, scope, mode, maintenance: null }
    this.#book.owe(request)
    if (this.#notSetUp) this.#wasNotSetUp = true
    this.#notSetUp = false
    this.#move('halt')
    this.#step('halt:gate-closed')
    return { already: before !== null, sinceMs: sinceMs ?? wallMs, mode, scope }
  }

  /**
   * Asks this halt to go further with what is already out; it never goes less far. In memory: {@link makeDurable} lets a restart know. False while armed,
   * or where nothing was ever armed.
   */
  goFurther(mode: HaltMode): boolean {
    if (this.#halt === null || this.#notSetUp) return false
    if (stronger(this.#halt.mode, mode) === this.#halt.mode) return true
    this.#halt = { ...this.#halt, mode }
    this.#book.outdate()
    return true
  }

  /**
   * Takes away the first lease of the halt's scope, and no more: with it gone and its folder synced, no restart trades. What is left, {@link makeDurable}
   * does. False while armed, where the disk refused, or where nothing was ever armed (there the record alone makes a halt stick). Never throws.
   */
  closeFirstLatch(): boolean {
    const halt = this.#halt
    const [first] = halt === null ? [] : latchesWithin(this.#latches, halt.scope)
    if (halt === null || first === undefined || this.#wasNotSetUp) return false
    const closing = closeLatch(first, halt.reason)
    this.#step(`halt:${first.scope}-lease-removed`)
    return closing.durable && closing.lease.synced
  }

  /** Makes the halt outlive this process: leases, record, history, in that order. Does nothing while armed; may be called again at any time. Never throws. */
  makeDurable(): DurableReceipt {
    const startedMs = this.#options.clock.steadyMs()
    const halt = this.#halt
    if (halt === null) return { durable: false, closings: [], recorded: false, tookMs: 0, problems: ['Trading is not halted.'] }
    const latches = latchesWithin(this.#latches, halt.scope)
    const closings = latches.map((latch) => {
      const closing = closeLatch(latch, halt.reason)
      this.#step(`halt:${latch.scope}-lease-removed`)
      return closing
    })
    const problems = closings.flatMap((closing) => closing.problems)
    this.#held = null
    const recorded = this.#book.write(halt, problems)
    // Where nothing was ever armed, a missing lease says nothing: there the record alone makes it stick.
    const durable = closings.every((closing) => closing.durable) && (recorded || !this.#wasNotSetUp)
    if (!durable) this.#retryLater()
    this.#changed()
    this.#teller.trouble(problems)
    return { durable, closings, recorded, tookMs: this.#options.clock.steadyMs() - startedMs, problems }
  }

  /**
   * The last look, for transports: synchronous, right before bytes leave, with nothing remembered from the look before. What it finds closed it
   * halts. A denial means nothing may leave; so does a throw, but it does not throw.
   */
  readonly lastLook = (): Denial | null => {
    if (!this.#open || this.#held === null) return this.#denied()
    try {
      const finding = lookAtLatches(this.#latches, this.#held)
      if (finding === null) return null
      this.halt(haltFor(finding, this.#latches))
      return finding.kind === 'odd' ? denial('KILL_SWITCH_UNREADABLE', { why: finding.why }) : this.#denied()
    } catch (thrown) {
      this.#open = false
      const why = describeError(thrown)
      this.halt({ source: 'unreadable-state', by: 'last look', reason: why, scope: 'machine', mode: 'gate-only' })
      return denial('KILL_SWITCH_UNREADABLE', { why })
    }
  }

  /** Arms an environment for the first time, at the end of its set-up. Refused after any halt, and for anything but a first time. */
  armFirstTime(): Result<void, SetUpRefusal> {
    const { dataDir, environment, random, clock } = this.#options
    if (!this.#notSetUp) return err({ code: 'ALREADY_SET_UP', detail: 'A halt can only be released.' })
    const set = haltingVariables(this.#options.env)
    if (set.length > 0) return err({ code: 'HALTED', detail: `${set.join(', ')} is set.` })
    const made = initialise(dataDir, environment, random, clock.wallMs())
    if (made.ok) {
      this.#start()
      this.#changed()
    }
    return made
  }

  /** First step of a release: takes stock again and names this recovery, so that a proof of authority can be made for it and no other. */
  beginRecovery({ by, reason }: { readonly by: string; readonly reason: string }): Result<{ readonly recoveryId: string }, ReleaseRefusal> {
    if (this.#notSetUp) return refuse('NOT_SET_UP', 'Nothing was ever armed here; set it up instead.')
    if (nextState(this.#state, 'begin-recovery') === null) return refuse('ILLEGAL_TRANSITION', `Nothing to recover from: ${this.#state}`)
    // What is told of a halt stands before what is told of its end.
    if (this.#book.owes) this.makeDurable()
    // Somebody may have halted the machine too since we last looked.
    const machine = this.#latches.machine
    if (this.#halt !== null && (readLease(machine).kind !== 'present' || readRecord(machine).kind !== 'absent'))
      this.#halt = { ...this.#halt, scope: 'machine' }
    this.#move('begin-recovery')
    this.#recoveryId = this.#options.random.uuid()
    this.#book.note('RecoveryBegun', by, reason)
    this.#changed()
    return ok({ recoveryId: this.#recoveryId })
  }

  /** Back to triggered; false when no recovery was under way. */
  cancelRecovery({ by, reason }: { readonly by: string; readonly reason: string }): boolean {
    return this.#simply('cancel-recovery', 'RecoveryCanceled', by, reason)
  }

  /** Says that this halt is meant to last, and what for; false unless triggered. Nothing opens by it, and it outlives the process: updates end one. */
  enterMaintenance({ by, reason, purpose }: Omit<Maintenance, 'sinceMs'>): boolean {
    const maintenance = { by: oneLine(by), reason: oneLine(reason), purpose, sinceMs: Math.floor(this.#options.clock.wallMs()) }
    return this.#maintain('enter-maintenance', 'MaintenanceEntered', maintenance, by, reason, purpose)
  }

  /** Ends maintenance; trading stays halted, to be released like any halt. False unless in maintenance. */
  leaveMaintenance({ by, reason }: { readonly by: string; readonly reason: string }): boolean {
    return this.#maintain('leave-maintenance', 'MaintenanceLeft', null, by, reason)
  }

  /** What maintenance is for, since when and by whom; null unless in maintenance. */
  get maintenance(): Maintenance | null {
    return this.#halt?.maintenance ?? null
  }

  /** The checklist before a release, from what the rest of the app says and from a fresh look at kill files and variables. */
  checks(facts: ReleaseFacts, acknowledgements: readonly Acknowledgement[], means = 0): readonly ReleaseCheck[] {
    return releaseChecks(ownFacts(this.#latches, this.#options.env), facts, acknowledgements, means)
  }

  /** Lets trading go on. Refused, with the reason, unless everything is in order; then trading stays halted and the recovery may be tried again. */
  release(request: ReleaseRequest): Result<{ readonly checks: readonly ReleaseCheck[] }, ReleaseRefusal> {
    const { authorised, by, reason, facts, acknowledgements } = request
    const checks = this.checks(facts, acknowledgements, new Set(authorised.means).size)
    const refusal = whyNotRelease(request, checks, {
      state: this.#state,
      recoveryId: this.#recoveryId,
      nowMs: this.#options.clock.steadyMs(),
    })
    if (refusal !== null) return this.#refused(refusal, by, reason)
    const data = {
      means: [...authorised.means],
      acknowledged: acknowledgements.map((one) => ({ check: one.check, reason: oneLine(one.reason) })),
    }
    // Written before the act; what cannot be written down is not done.
    const problem = this.#book.note('ReleaseAuthorised', by, reason, data)
    if (problem !== null) return refuse('STORAGE', problem)
    this.#step('release:authorisation-recorded')
    const { dataDir, environment, clock, random } = this.#options
    const record = this.#book.record()
    const nowMs = Math.floor(clock.wallMs())
    const onDisk = releaseOnDisk({
      dataDir,
      environment,
      latches: this.#latches,
      scope: record.scope,
      record,
      random,
      nowMs,
      onStep: this.#step,
    })
    if (!onDisk.ok) return this.#refused({ ...onDisk.error, checks: [] }, by, reason)
    this.#armed(onDisk.value, 'release')
    this.#step('release:gate-open')
    this.#book.note('Released', by, reason)
    this.#step('release:history-written')
    this.#changed()
    return ok({ checks })
  }

  /** Whether both leases stand on disk with exactly the text that this process holds; null when they do, else why not. Halts nothing. */
  verifyLeases(): string | null {
    if (this.#held === null) return 'This process holds no lease.'
    return lookAtLatches(this.#latches, this.#held)?.why ?? null
  }

  /** The history of halts, verified as it is read. */
  history(): HistoryView {
    return this.#book.history()
  }

  /** Stops trying to make a halt durable; for shutting down. */
  dispose(): void {
    this.#retry?.()
    this.#retry = null
  }

  #start(): void {
    const { dataDir, environment, env, clock } = this.#options
    const found = findAtStart(dataDir, environment, this.#latches, env, Math.floor(clock.wallMs()))
    const unfinished = this.#book.lastKind === 'ReleaseAuthorised'
    if (found.kind === 'open') {
      this.#armed(found.held, null)
      if (unfinished) this.#book.note('ReleaseFoundComplete', 'start-up', 'The app ended right after a release.')
      return
    }
    this.#halt = found.facts
    this.#notSetUp = found.kind === 'not-set-up'
    if (found.kind === 'not-set-up') return
    if (found.facts.maintenance !== null) this.#state = 'maintenance'
    if (unfinished) this.#book.note('FoundHalted', 'start-up', 'The app ended in the middle of a release.')
    if (!found.recorded) this.#book.owe(found.facts)
    // Makes it stick: when a kill file or a variable goes away again, or half a release is on disk, trading stays halted.
    this.makeDurable()
  }

  #armed(held: HeldLeases, act: KillSwitchAct | null): void {
    this.dispose()
    if (act === null) this.#state = 'armed'
    else this.#move(act)
    this.#held = held
    this.#halt = null
    this.#notSetUp = false
    this.#wasNotSetUp = false
    this.#recoveryId = null
    this.#book.close()
    this.#open = true
  }

  #move(act: KillSwitchAct): void {
    const next = nextState(this.#state, act)
    if (next === null) throw new Error(`${act} is not possible while ${this.#state}`)
    this.#state = next
    if (next !== 'recovery-pending') this.#recoveryId = null
  }

  #maintain(act: KillSwitchAct, kind: HaltEvent, maintenance: Maintenance | null, by: string, reason: string, purpose?: string): boolean {
    if (nextState(this.#state, act) === null || this.#notSetUp || this.#halt === null) return false
    if (this.#book.owes) this.makeDurable()
    this.#move(act)
    this.#halt = { ...this.#halt, maintenance }
    this.#book.outdate()
    this.#book.note(kind, by, reason, purpose === undefined ? {} : { purpose })
    this.makeDurable()
    return true
  }

  #simply(act: KillSwitchAct, kind: HaltEvent, by: string, reason: string): boolean {
    if (nextState(this.#state, act) === null || this.#notSetUp) return false
    this.#move(act)
    this.#book.note(kind, by, reason)
    this.#changed()
    return true
  }

  #refused(refusal: ReleaseRefusal, by: string, reason: string): { readonly ok: false; readonly error: ReleaseRefusal } {
    this.#book.note('ReleaseRefused', by, reason, { code: refusal.code, detail: oneLine(refusal.detail) })
    return err(refusal)
  }

  #denied(): Denial {
    if (this.#notSetUp) return denial('NOT_SET_UP', { environment: this.#options.environment })
    const { sinceMs, source, by } = this.snapshot()
    return denial('KILL_SWITCH_TRIGGERED', {
      state: this.#state,
      since: String(sinceMs ?? 'unknown'),
      source: source ?? 'unknown',
      by: by ?? 'unknown',
    })
  }

  #retryLater(): void {
    if (this.#retry !== null || this.#options.scheduler === undefined) return
    this.#retry = this.#options.scheduler.after(RETRY_MS, () => {
      this.#retry = null
      this.makeDurable()
    })
  }

  readonly #step: StepListener = (step) => this.#options.ports.onStep?.(step)

  #changed(): void {
    this.#teller.changed(this.snapshot())
  }
}

function stronger(a: HaltMode, b: HaltMode): HaltMode {
  return HALT_MODES.indexOf(a) > HALT_MODES.indexOf(b) ? a : b
}

function refuse(code: ReleaseRefusal['code'], detail: string): { readonly ok: false; readonly error: ReleaseRefusal } {
  return err({ code, detail, checks: [] })
}
