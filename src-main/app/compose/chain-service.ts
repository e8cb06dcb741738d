import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { AuditAppender } from '../../domain/audit-event'
import { failure, type Failure } from '../../domain/codes'
import { createConfirmationMonitor } from '../../confirmations/monitor'
import type { ConfirmationMonitor } from '../../confirmations/confirmations'
import type { Breakers } from '../../engine/ports'
import type { RecordAnyway } from '../../engine/record-anyway'
import type { Cancel, Clock, Scheduler } from '../../lib/clock'
import { describeError } from '../../lib/errors'
import { replaceOwnFile } from '../../lib/own-file'
import type { Random } from '../../lib/random'
import { err, ok, type Result } from '../../lib/result'
import { isTestChain } from '../../domain/chains'
import type { Environment } from '../../domain/environment'
import { endpointName, parseChainProfile, type ChainProfile } from '../../venues/dex/chain-profile'
import { connectDex, type DexConnection } from '../../venues/dex/connect'
import type { Disagreement } from '../../venues/dex/witnessed-reader'
import { ChainReach } from './chain-reach'
import type { VenueTable } from './venue-table'

/** How often a chain that does not answer is tried again, ms. */
const RETRY_MS = 5_000
/** Calls that fail within this time of each other are one failure, ms. */
const FOLD_MS = 1_000

/** A chain's connection without its placing side, which goes to the venue table alone. */
export type ReadingConnection = Omit<DexConnection, 'placer'>

/** Parts of the chain service. */
export interface ChainServiceParts {
  readonly environment: Environment
  readonly folder: string
  readonly venues: VenueTable
  readonly breakers: Breakers
  readonly audit: AuditAppender
  /** For findings, which count also where the log takes no entry. */
  readonly recordAnyway: RecordAnyway
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  /** The chain was connected: orders of the last run can be followed on. */
  readonly onConnected: (profile: ChainProfile) => void
  readonly onFault: (thrown: unknown) => void
}

/** An environment's chain: its profile, its connection, and the two Uniswap venues on it. */
export class ChainService {
  private profile: ChainProfile | null = null
  /** The profile that was asked for last. */
  private wanted: ChainProfile | null = null
  private connection: ReadingConnection | null = null
  private problem: Failure | null = null
  private retry: Cancel | null = null
  private closed = false
  /** Of the calls that worked since somebody took the mean. */
  private latency = { sumMs: 0, calls: 0 }
  private readonly lastFedMs = { success: -Infinity, failure: -Infinity }
  private readonly reach: ChainReach

  constructor(private readonly parts: ChainServiceParts) {
    this.reach = new ChainReach(parts.clock, {
      onLost: (sinceMs) => {
        this.recordReach('ChainUnreachable', 'high', { sinceMs })
      },
      onBack: (afterMs) => {
        this.recordReach('ChainReachable', 'info', { afterMs: Math.round(afterMs) })
      },
    })
  }

  /** The profile in use, or null. */
  get chainProfile(): ChainProfile | null {
    return this.profile
  }
  /** The connection, or null while there is none. */
  get connected(): ReadingConnection | null {
    return this.connection
  }
  /** Why there is no connection; null when there is one, or no profile. */
  get trouble(): Failure | null {
    return this.problem
  }

  /** How long calls that worked took since this was last asked, mean, ms; null where there was none. */
  takeLatencyMs(): number | null {
    const { sumMs, calls } = this.latency
    this.latency = { sumMs: 0, calls: 0 }
    return calls === 0 ? null : sumMs / calls
  }

  /** Reads the kept profile and connects; keeps trying while the chain does not answer. */
  async open(): Promise<void> {
    const parsed = this.readKept()
    if (parsed === null) return
    if (!parsed.ok) {
      this.problem = failure('BAD_ANSWER', `chain.json: ${parsed.error}`)
      return
    }
    const barred = this.barred(parsed.value)
    if (barred !== null) {
      this.problem = barred
      return
    }
    this.profile = parsed.value
    await this.connect()
  }

  /**
   * Takes a new profile from its text, connects to it, and puts it in the place of the one before only if the chain is the one it says; until
   * then nothing changes. `actor` is who wants it, also while it is being connected. Throws when it cannot be recorded or kept.
   */
  async use(text: string, actor: string): Promise<Result<ChainProfile, Failure>> {
    const parsed = parseChainProfile(text)
    if (!parsed.ok) return err(failure('BAD_ANSWER', parsed.error))
    const profile = parsed.value
    const barred = this.barred(profile)
    if (barred !== null) return err(barred)
    this.record('ChainRequested', profile, actor)
    this.wanted = profile
    const connected = await this.dial(profile)
    if (!connected.ok) return connected
    try {
      if (this.closed || this.wanted !== profile) return err(failure('INTERNAL', 'another profile was chosen meanwhile'))
      this.record('ChainConfigured', profile, actor)
      replaceOwnFile(this.file, text)
      this.disconnect()
      this.reach.forget()
      this.profile = profile
      this.enter(profile, connected.value)
      return this.problem === null ? ok(profile) : err(this.problem)
    } finally {
      if (this.profile !== profile) connected.value.close()
    }
  }

  /** The machine woke up: what waits for its next try is tried now. */
  wake(): void {
    if (this.retry === null || this.connection !== null || this.closed) return
    this.retry()
    this.retry = null
    void this.connect()
  }

  /** Ends the connection. */
  close(): void {
    this.closed = true
    this.disconnect()
  }

  /**
   * Real money moves in live alone: elsewhere a chain that is not known as a test chain is refused before anything is asked of it. What is read of a chain
   * over a network is compared between two endpoints (architecture decision 9).
   */
  private barred({ chainId, rpcUrl, witnessRpcUrl }: ChainProfile): Failure | null {
    if (this.parts.environment !== 'live' && !isTestChain(chainId))
      return failure('WRONG_CHAIN', `chain ${chainId} is no known test chain, and only live trades on others`)
    // A node on this very machine, on a chain without worth, is nobody's who could lie.
    const isOwnNode = this.parts.environment !== 'live' && rpcUrl.startsWith('http:')
    return witnessRpcUrl === undefined && !isOwnNode ? failure('WITNESS_MISSING', endpointName(rpcUrl)) : null
  }

  private get file(): string {
    return join(this.parts.folder, 'chain.json')
  }

  private readKept(): Result<ChainProfile, string> | null {
    try {
      return existsSync(this.file) ? parseChainProfile(readFileSync(this.file, 'utf8')) : null
    } catch (thrown) {
      return err(describeError(thrown))
    }
  }

  /** Connects to the profile in use; never throws. What goes wrong is in `trouble`, and is tried again. */
  private async connect(): Promise<void> {
    const { profile } = this
    if (profile === null) return
    const connected = await this.dial(profile)
    // Closed, or another profile chosen, while this one was being looked at.
    if (this.closed || this.profile !== profile) {
      if (connected.ok) connected.value.close()
    } else if (connected.ok) this.enter(profile, connected.value)
    else this.tryAgain(connected.error)
  }

  /** Connects, and looks whether the chain is the one that the profile says. What is asked of it counts for the breaker once it is in use. */
  private async dial(profile: ChainProfile): Promise<Result<DexConnection, Failure>> {
    const { clock, scheduler } = this.parts
    try {
      return await connectDex({
        profile,
        clock,
        scheduler,
        onCall: ({ ok: worked, method, latencyMs }) => {
          if (this.profile !== profile || this.closed) return
          if (worked) this.latency = { sumMs: this.latency.sumMs + latencyMs, calls: this.latency.calls + 1 }
          this.feedNetwork(worked, method)
          this.reach.heard(worked)
        },
        onDisagreement: (what) => {
          this.recordDisagreement(profile, what)
        },
      })
    } catch (thrown) {
      return err(failure('INTERNAL', describeError(thrown)))
    }
  }

  private enter(profile: ChainProfile, { placer, ...dex }: DexConnection): void {
    const { clock, scheduler, random, venues, onConnected } = this.parts
    this.connection = dex
    this.problem = null
    const monitor: ConfirmationMonitor = createConfirmationMonitor({
      chain: dex.chain,
      clock,
      scheduler,
      random,
      pollMs: Math.min(4_000, Math.max(500, Math.floor(profile.blockTimeMs / 2))),
    })
    const chain = { reader: dex.chain, receipts: dex.receipts, monitor, replacing: dex.replacing }
    venues.connect({ id: 'uniswap-v3', ...dex.v3, orders: null, chain }, placer)
    venues.connect({ id: 'uniswap-v2', ...dex.v2, orders: null, chain }, placer)
    try {
      onConnected(profile)
    } catch (thrown) {
      this.disconnect()
      this.tryAgain(failure('INTERNAL', describeError(thrown)))
    }
  }

  private tryAgain(problem: Failure): void {
    this.problem = problem
    this.retry = this.parts.scheduler.after(RETRY_MS, () => void this.connect())
  }

  private record(type: string, { name, chainId }: ChainProfile, actor: string): void {
    this.parts.audit.append({
      category: 'SYSTEM_EVENT',
      severity: 'medium',
      type,
      actor,
      subject: null,
      data: { name, chainId },
    })
  }

  /** That nothing gets through, and that something does again; people are told by what is on record. */
  private recordReach(type: string, severity: 'high' | 'info', figures: Readonly<Record<string, number>>): void {
    const name = this.profile?.name ?? ''
    this.parts.recordAnyway({ category: 'SYSTEM_EVENT', severity, type, actor: 'system', subject: name, data: { name, ...figures } })
  }

  /** What both endpoints said is on record; a log that takes no entry must not make one of them believed. */
  private recordDisagreement({ name, chainId }: ChainProfile, { about, first, second }: Disagreement): void {
    this.parts.breakers.record('network', 'failure', { why: 'ENDPOINTS_DISAGREE' })
    this.parts.recordAnyway({
      category: 'SECURITY_VIOLATION',
      severity: 'critical',
      type: 'EndpointsDisagreed',
      actor: 'system',
      subject: name,
      data: { chainId, about, first, second },
    })
  }

  /** One operation makes several calls at once: what fails together counts as one failure. */
  private feedNetwork(worked: boolean, method: string): void {
    const nowMs = this.parts.clock.steadyMs()
    const last = worked ? this.lastFedMs.success : this.lastFedMs.failure
    if (nowMs - last < FOLD_MS) return
    this.lastFedMs[worked ? 'success' : 'failure'] = nowMs
    this.parts.breakers.record('network', worked ? 'success' : 'failure', { why: method })
  }

  private disconnect(): void {
    this.retry?.()
    this.retry = null
    this.connection?.close()
    this.connection = null
    this.parts.venues.disconnect('uniswap-v3')
    this.parts.venues.disconnect('uniswap-v2')
  }
}
