import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { AuditAppender } from '../../domain/audit-event'
import { failure, type Failure } from '../../domain/codes'
import { createConfirmationMonitor } from '../../confirmations/monitor'
import type { ConfirmationMonitor } from '../../confirmations/confirmations'
import type { Breakers } from '../../engine/ports'
import type { Cancel, Clock, Scheduler } from '../../lib/clock'
import { describeError } from '../../lib/errors'
import type { Random } from '../../lib/random'
import { err, ok, type Result } from '../../lib/result'
import { writeFileAtomic } from '../../storage/atomic-file'
import { parseChainProfile, type ChainProfile } from '../../venues/dex/chain-profile'
import { connectDex, type DexConnection } from '../../venues/dex/connect'
import type { VenueTable } from './venue-table'

/** How often a chain that does not answer is tried again, ms. */
const RETRY_MS = 5_000
/** Calls that fail within this time of each other are one failure, ms. */
const FOLD_MS = 1_000

/** Parts of the chain service. */
export interface ChainServiceParts {
  readonly folder: string
  readonly venues: VenueTable
  readonly breakers: Breakers
  readonly audit: AuditAppender
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  /** The chain was connected: orders of the last run can be followed on. */
  readonly onConnected: (profile: ChainProfile) => void
}

/** An environment's chain: its profile, its connection, and the two Uniswap venues on it. */
export class ChainService {
  private profile: ChainProfile | null = null
  private connection: DexConnection | null = null
  private problem: Failure | null = null
  private retry: Cancel | null = null
  private closed = false
  private readonly lastFedMs = { success: -Infinity, failure: -Infinity }

  constructor(private readonly parts: ChainServiceParts) {}

  /** The profile in use, or null. */
  get chainProfile(): ChainProfile | null {
    return this.profile
  }
  /** The connection, or null while there is none. */
  get connected(): DexConnection | null {
    return this.connection
  }
  /** Why there is no connection; null when there is one, or no profile. */
  get trouble(): Failure | null {
    return this.problem
  }

  /** Reads the kept profile and connects; keeps trying while the chain does not answer. */
  async open(): Promise<void> {
    if (!existsSync(this.file)) return
    const parsed = parseChainProfile(readFileSync(this.file, 'utf8'))
    if (!parsed.ok) {
      this.problem = failure('BAD_ANSWER', `chain.json: ${parsed.error}`)
      return
    }
    this.profile = parsed.value
    await this.connect()
  }

  /** Takes a new profile from its text, connects to it, and keeps it only if the chain is the one it says. */
  async use(text: string): Promise<Result<ChainProfile, Failure>> {
    const parsed = parseChainProfile(text)
    if (!parsed.ok) return err(failure('BAD_ANSWER', parsed.error))
    this.disconnect()
    this.profile = parsed.value
    await this.connect()
    if (this.problem !== null) return err(this.problem)
    this.parts.audit.append({
      category: 'SYSTEM_EVENT',
      severity: 'medium',
      type: 'ChainConfigured',
      actor: 'operator',
      subject: null,
      data: { name: parsed.value.name, chainId: parsed.value.chainId },
    })
    writeFileAtomic(this.file, text)
    return ok(parsed.value)
  }

  /** Ends the connection. */
  close(): void {
    this.closed = true
    this.disconnect()
  }

  private get file(): string {
    return join(this.parts.folder, 'chain.json')
  }

  private async connect(): Promise<void> {
    const { profile, parts } = this
    if (profile === null || this.closed) return
    let result: Result<DexConnection, Failure>
    try {
      result = await connectDex({
        profile,
        clock: parts.clock,
        onCall: ({ ok: worked, method }) => {
          this.feedNetwork(worked, method)
        },
      })
    } catch (thrown) {
      result = err(failure('INTERNAL', describeError(thrown)))
    }
    if (this.profile !== profile) {
      if (result.ok) result.value.close()
      return
    }
    if (!result.ok) {
      this.problem = result.error
      this.retry = parts.scheduler.after(RETRY_MS, () => void this.connect())
      return
    }
    const dex = result.value
    this.connection = dex
    this.problem = null
    const monitor: ConfirmationMonitor = createConfirmationMonitor({
      chain: dex.chain,
      clock: parts.clock,
      scheduler: parts.scheduler,
      random: parts.random,
      pollMs: Math.min(4_000, Math.max(500, Math.floor(profile.blockTimeMs / 2))),
    })
    const chain = { reader: dex.chain, receipts: dex.receipts, monitor }
    parts.venues.connect({ id: 'uniswap-v3', ...dex.v3, orders: null, chain }, dex.placer)
    parts.venues.connect({ id: 'uniswap-v2', ...dex.v2, orders: null, chain }, dex.placer)
    parts.onConnected(profile)
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
