import { mkdirSync } from 'node:fs'

import type { Problem } from '../../src-preload/contract/problem'
import type { Vault } from '../credentials/credentials'
import type { AuditFact } from '../domain/audit-event'
import type { Environment } from '../domain/environment'
import type { KillSwitch } from '../engine/halt/kill-switch'
import type { HaltRequest } from '../engine/halt/kill-switch-types'
import type { HaltVariables } from '../engine/halt/start-up'
import type { KillFileWatcher, WatchOptions } from '../engine/halt/watch-kill-file'
import type { SeenAt } from '../engine/watch/dead-man'
import type { Watcher } from '../engine/watch/watcher'
import type { Services } from '../ipc/services'
import type { Clock, Scheduler } from '../lib/clock'
import type { Random } from '../lib/random'
import { err, type Result } from '../lib/result'
import type { KeyHostPort } from '../signers/keystore/host-protocol'
import type { VendorHostPort } from '../signers/vendor-host/protocol'
import { classifyStorageError, type StorageErrorCode } from '../storage/errors'
import { AppAlerts } from './app-alerts'
import { AppRecords, systemFact } from './app-records'
import { accountViews } from './views/account-views'
import { createAuthorise } from './people/authorise'
import { compareAuthority } from './people/compare-authority'
import { appCalls } from './calls/app-calls'
import { alertSettingsView, alertView } from './calls/alerts'
import { sessionView } from './calls/authority'
import { authorityView } from './views/authority-view'
import { ApiService } from './compose/api-service'
import type { EnvironmentParts, OpenEnvironment } from './compose/compose-environment'
import { gatewayPorts } from './compose/gateway-ports'
import type { AppContext, AppFacts } from './context'
import type { Desktop } from './desktop/desktop'
import { createDeviceProof } from './people/device-proof'
import { gateDesktop } from './desktop/gated-desktop'
import { Halter } from './halt/halt'
import { lockSigners } from './people/lock-signers'
import { MachineSleep } from './start/machine-sleep'
import { makeKillSwitch } from './halt/make-kill-switch'
import { openEnvironment } from './open-environment'
import { People } from './people/people'
import { loadPreferences, savePreferences, type Preferences } from './start/preferences'
import { keepLeftOut } from './left-out'
import { mayQuit, outNow } from './quitting'
import { publishChanges } from './desktop/publish-changes'
import { publishStatus } from './desktop/publish-status'
import { watchEnvironment } from './watch-environment'

/** What the app is made of; the entry gives the real parts, a test its own. */
export interface HoldfastParts {
  readonly facts: AppFacts
  readonly desktop: Desktop
  readonly vault: Vault
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly spawnKeyHost: () => KeyHostPort
  readonly spawnVendorHost: () => VendorHostPort
  readonly haltVariables: HaltVariables
  readonly watchKillFile: (environment: Environment, hears: Pick<WatchOptions, 'onKillFile' | 'onLook' | 'onFault'>) => KillFileWatcher
  readonly log: (what: string, thrown: unknown) => void
  /** For tests alone, and out of reach of settings, variables and windows: another table of guards, made from the real one. */
  readonly guards?: EnvironmentParts['guards']
}

/** What a write that did not last is called; what is merely busy is written a moment later. */
const LOST_WRITES: readonly StorageErrorCode[] = ['DISK_FULL', 'UNREADABLE', 'CORRUPT']

const NOT_OPEN: Problem = { code: 'NOT_READY', figures: {} }

/** The app without its desktop: one environment at a time, its kill switch, and the services that windows call. Free of Electron. */
export class Holdfast {
  readonly services: Services
  /** What the app as a whole puts on record. */
  readonly records: AppRecords
  readonly #parts: HoldfastParts
  /** Who may do what, and who is here. */
  readonly people: People
  readonly #alerts: AppAlerts
  readonly #context: AppContext
  readonly #halter: Halter
  readonly #api: ApiService
  readonly #sleep: MachineSleep
  #preferences: Preferences
  #environment: Environment
  #opened: Result<OpenEnvironment, Problem> = err(NOT_OPEN)
  #killSwitch: KillSwitch
  #stopPublishing: () => void = () => undefined
  #watcher: KillFileWatcher | null = null
  /** What halts the open environment by itself. */
  #watching: Watcher | null = null
  /** When a person was last seen in this run, in whichever environment. */
  #seen: SeenAt | null = null
  /** Opening and closing come one after another, whoever asks. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(parts: HoldfastParts) {
    mkdirSync(parts.facts.dataDir, { recursive: true, mode: 0o700 })
    this.#parts = { ...parts, desktop: gateDesktop(parts.desktop, () => this.people.presence().locked) }
    this.records = new AppRecords({
      audit: () => (this.#opened.ok ? this.#opened.value.audit : null),
      actor: () => this.people.presence().actor,
      halted: () => this.halted,
      unrecorded: (fact) => {
        this.#alerts.unrecorded(fact)
      },
      log: parts.log,
    })
    this.people = this.#newPeople(parts)
    this.#alerts = this.#newAlerts()
    this.#preferences = loadPreferences(parts.facts.dataDir)
    // Live is locked in this version: whatever the preferences say, it is not opened.
    this.#environment = this.#preferences.environment === 'live' ? 'paper' : this.#preferences.environment
    this.#killSwitch = this.#newKillSwitch(this.#environment)
    this.#context = this.#makeContext()
    this.#halter = new Halter(this.#context)
    this.#api = new ApiService({
      dataDir: parts.facts.dataDir,
      clock: parts.clock,
      scheduler: parts.scheduler,
      random: parts.random,
      alerts: this.#context.alerts,
      record: (fact) => this.records.ifPossible(fact),
      ports: gatewayPorts(this.#context, (request) => this.#halter.halt(request)),
    })
    this.#sleep = new MachineSleep({
      clock: parts.clock,
      opened: () => (this.#opened.ok ? this.#opened.value : null),
      record: (fact) => void this.records.ifPossible(fact),
      lastLook: () => void this.#killSwitch.lastLook(),
    })
    this.services = this.#makeServices()
  }

  /** Opens the environment that was open last. */
  async start(): Promise<void> {
    await this.people.start()
    await this.#switchTo(this.#environment)
    await this.#api.start()
  }

  /** Halts from outside a window: a shortcut, the tray, a signal, a kill file. */
  halt(request: HaltRequest): void {
    this.#halter.halt(request)
  }

  /** Whether trading is halted. */
  get halted(): boolean {
    return this.#killSwitch.snapshot().state !== 'armed'
  }

  /** A person gave a sign of being there: input into a window, as main sees it. Who cannot unlock is not the operator. */
  noteInput(): void {
    this.people.lock.noteInput()
    if (!this.people.presence().locked) this.#watching?.personSeen()
  }

  /** Whether the app may end now; asks a person where something is out. */
  async mayQuit(): Promise<boolean> {
    if (!this.#opened.ok) return true
    return mayQuit({
      engine: this.#opened.value.engine,
      ask: (out) => this.#parts.desktop.askToQuit(out, 'app'),
      record: (fact) => void this.records.ifPossible(fact),
      actor: this.people.presence().actor,
      leaving: 'app',
    })
  }

  /** The machine goes to sleep: what is known up to now is anchored. */
  suspended(): void {
    this.#sleep.begin()
  }

  /** The machine woke up: what somebody closed meanwhile counts at once, and what is out is looked at before anything else. */
  resumed(): void {
    this.#sleep.end()
    this.#statusChanged()
  }

  /** Locks the keys and closes the environment in good order. */
  async stop(): Promise<void> {
    await this.#inTurn(async () => {
      this.#halter.finish()
      this.people.stop()
      await this.#api.stop()
      await this.#watcher?.stop()
      await this.#close()
      // Pressed while it closed.
      this.#halter.finish()
      this.#killSwitch.dispose()
    })
  }

  async #watch(environment: Environment): Promise<void> {
    await this.#watcher?.stop()
    this.#watcher = this.#parts.watchKillFile(environment, {
      onKillFile: ({ reason, scope }) => {
        this.halt({ source: 'kill-file', by: 'kill file', reason, scope, mode: 'gate-only' })
      },
      // What a look finds closed, it halts.
      onLook: () => void this.#killSwitch.lastLook(),
      onFault: (why) => {
        this.#parts.log(`the kill file watcher ended: ${why}`, null)
      },
    })
  }

  #makeContext(): AppContext {
    const { facts, desktop, vault, clock, scheduler, random, spawnKeyHost, spawnVendorHost, log } = this.#parts
    const people = this.people
    const record = (fact: AuditFact): boolean => this.records.ifPossible(fact)
    const actor = (): string => people.presence().actor
    const byDevice = createDeviceProof({ environment: () => this.#opened, clock, random, onFault: log })
    return {
      facts,
      desktop,
      vault,
      clock,
      scheduler,
      random,
      people,
      recoveryKeys: people.recoveryKeys,
      authorise: createAuthorise({ desktop, people, clock, random, record, actor, byDevice }),
      byDevice,
      alerts: this.#alerts.centre,
      actor,
      unrecorded: (fact) => {
        this.#alerts.unrecorded(fact)
      },
      spawnKeyHost,
      spawnVendorHost,
      halt: (request) => this.halt(request),
      environment: () => this.#opened,
      environmentName: () => this.#environment,
      killSwitch: () => this.#killSwitch,
      preferences: () => this.#preferences,
      savePreferences: (change) => {
        this.#preferences = { ...this.#preferences, ...change }
        savePreferences(facts.dataDir, this.#preferences)
      },
      switchTo: (environment) => this.#switchTo(environment),
      statusChanged: () => {
        this.#statusChanged()
      },
      fault: (what, thrown) => {
        log(what, thrown)
        this.#alerts.fault(what, thrown)
        const stored = classifyStorageError(thrown)
        if (stored !== null && LOST_WRITES.includes(stored.code)) this.#watching?.writeFailed(`${what}: ${stored.message}`)
      },
      watch: () => this.#watching,
      killFileWatched: () => this.#watcher?.watching() ?? false,
    }
  }

  #makeServices(): Services {
    const context = this.#context
    const app = appCalls(context, { halter: this.#halter, api: this.#api, record: (fact) => this.records.ifPossible(fact) })
    return {
      app,
      engine: () => (this.#opened.ok ? { ok: true, value: this.#opened.value.engine } : this.#opened),
      accounts: () => (this.#opened.ok ? accountViews(this.#opened.value) : []),
      actor: context.actor,
    }
  }

  #newPeople({ facts, desktop, ...parts }: HoldfastParts): People {
    return new People({
      ...parts,
      dataDir: facts.dataDir,
      record: (fact) => this.records.ifPossible(fact),
      onLocked: () => {
        desktop.closeAsked()
        if (this.#opened.ok) void lockSigners(this.#opened.value, this.#parts.log)
      },
      onChange: () => {
        this.#parts.desktop.publish('authority.session', sessionView(this.#context))
        this.#parts.desktop.publish('authority.changed', authorityView(this.people))
      },
    })
  }

  #newAlerts(): AppAlerts {
    const { clock, scheduler, random, vault, desktop, log } = this.#parts
    return new AppAlerts({
      clock,
      scheduler,
      random,
      vault,
      desktop: desktop.alerts,
      log,
      record: (fact) => this.records.ifPossible(fact),
      onChange: (record, tone) => {
        desktop.publish('alert.changed', record === null ? null : alertView(record))
        desktop.publish('alerts.light', { ...this.#alerts.centre.counts(), tone })
      },
      onPaths: () => {
        desktop.publish('alerts.settings', alertSettingsView(this.#context))
      },
    })
  }

  #newKillSwitch(environment: Environment): KillSwitch {
    return makeKillSwitch(environment, {
      ...this.#parts,
      dataDir: this.#parts.facts.dataDir,
      onHalted: () => {
        this.#halter.noticed()
      },
      onChange: () => {
        this.#statusChanged()
      },
      onNotDurable: (detail) => {
        this.#alerts.centre.raise({ kind: 'halt-not-durable', subject: null, figures: { detail } })
      },
    })
  }

  async #switchTo(environment: Environment): Promise<Problem | null> {
    return this.#inTurn(async () => {
      this.#halter.finish()
      await this.#close(this.people.presence().actor)
      // Pressed while it closed: the next kill switch knows only what is on disk.
      this.#halter.finish()
      this.#environment = environment
      this.#killSwitch.dispose()
      this.#killSwitch = this.#newKillSwitch(environment)
      await this.#watch(environment)
      this.#opened = await openEnvironment(this.#context, environment, this.#killSwitch, this.#parts.guards)
      // A later environment has nothing of its own to set up: the recovery keys are the machine's.
      const keys = this.#context.recoveryKeys.describe()
      if (this.#opened.ok && this.#killSwitch.notSetUp && keys.kind === 'present' && keys.seen) this.#killSwitch.armFirstTime()
      if (this.#opened.ok) this.#alerts.connect(this.#opened.value)
      await compareAuthority(this.#context, (fact) => this.records.ifPossible(fact))
      this.people.changed()
      if (this.#opened.ok) {
        this.#stopPublishing = publishChanges(this.#context, this.#opened.value)
        this.#watching = watchEnvironment(this.#context, this.#opened.value, this.#seen)
        this.#watching.start()
        this.#halter.resume()
      }
      this.#statusChanged()
      return this.#opened.ok ? null : this.#opened.error
    })
  }

  async #close(by = 'system'): Promise<void> {
    if (!this.#opened.ok) return
    const { value } = this.#opened
    this.#seen = this.#watching?.seen ?? this.#seen
    this.#watching?.stop()
    this.#watching = null
    this.people.forgetStore()
    this.#opened = err(NOT_OPEN)
    this.#stopPublishing()
    this.#tried('recording the end of the environment', () => {
      value.audit.append({ ...systemFact('EnvironmentClosed', { environment: value.environment }), actor: by })
    })
    this.#tried('keeping what the environment leaves out', () => {
      keepLeftOut(this.#parts.facts.dataDir, { environment: value.environment, ...outNow(value.engine), atMs: this.#parts.clock.wallMs() })
    })
    this.#alerts.disconnect()
    await value.close()
  }

  #tried(what: string, work: () => void): void {
    try {
      work()
    } catch (thrown) {
      this.#parts.log(what, thrown)
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work)
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  #statusChanged(): void {
    this.#watching?.look()
    publishStatus(this.#context, this.#parts.log)
  }
}
