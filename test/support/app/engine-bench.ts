import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openAuditLog } from '../../../src-main/audit/audit-log'
import type { AuditLog } from '../../../src-main/audit/audit'
import type { Alert } from '../../../src-main/domain/alert'
import type { AuditFact } from '../../../src-main/domain/audit-event'
import type { Denial } from '../../../src-main/domain/codes'
import type { StuckRules } from '../../../src-main/domain/stuck'
import type { KillSwitchSnapshot } from '../../../src-main/domain/kill-switch'
import type { OrderPlan } from '../../../src-main/domain/plan'
import { TradingStateKeeper } from '../../../src-main/engine/trading-state/trading-state-keeper'
import { createTradingStateStore } from '../../../src-main/engine/trading-state/trading-state-store'
import { createBreakerStore } from '../../../src-main/engine/breaker-store'
import { createEngine, type Engine } from '../../../src-main/engine/engine'
import type { PlacingPorts, Venue } from '../../../src-main/engine/ports'
import { createOwedStore } from '../../../src-main/engine/owed-store'
import { OwedRecords } from '../../../src-main/engine/record-anyway'
import { BreakerSet } from '../../../src-main/guards/breakers/breaker-set'
import { buildGuardTable, type GuardTable } from '../../../src-main/guards/guard-table'
import type { PolicyState, SlippageSettings } from '../../../src-main/guards/guard'
import { Limits } from '../../../src-main/engine/limits/limits'
import { decodeCall } from '../../../src-main/guards/policy/decode-call'
import { DEFAULT_SLIPPAGE_SETTINGS } from '../../../src-main/guards/slippage/settings'
import { runGuards } from '../../../src-main/guards/run-guards'
import { verifySignedTx } from '../../../src-main/signers/verify-signature'
import { openDatabase, type Database } from '../../../src-main/storage/database'
import type { PreparedOrder } from '../../../src-main/engine/orders/order-desk'
import type { OrderDraft } from '../../../src-main/engine/orders/parse-draft'
import { systemRandom } from '../../../src-main/app/random'
import { FakeClock } from '../fake-clock'
import { FakeChainVenue } from './fake-chain-venue'
import { FakeExchange } from './fake-exchange'
import { ScriptedSigner } from './scripted-signer'
import { BENCH_POLICY, SIGNER_ADDRESS } from './bench-chain'

export const ARMED: KillSwitchSnapshot = { state: 'armed', sinceMs: null, source: null, by: null, reason: null, scope: null }
export const TRIGGERED: KillSwitchSnapshot = {
  state: 'triggered',
  sinceMs: 1_700_000_000_000,
  source: 'button',
  by: 'operator',
  reason: 'test',
  scope: 'machine',
}

const KEY = Buffer.alloc(32, 5)
/** How long the bench's signing gate waits for a signer, ms. */
export const SIGNING_TIMEOUT_MS = 60_000

/** Sells 1 WETH at market on the fake chain venue. */
export const SWAP: OrderDraft = {
  venue: 'uniswap-v3',
  instrument: 'WETH-USDC',
  side: 'sell',
  type: 'market',
  timeInForce: 'ioc',
  amount: '1',
  amountUnit: 'base',
  limitPrice: null,
  riskProfile: 'moderate',
  account: 'signer-1',
}

/** An order that is on its way. */
export interface StartedOrder {
  readonly orderId: string
  readonly plan: OrderPlan
  /** Resolves when the pipeline's part is over. */
  readonly done: Promise<void>
}

/** The engine on real journal, audit log, breakers, guards and verification; only the venue, the signer and the kill switch are played. */
export interface EngineBench {
  readonly engine: Engine
  readonly clock: FakeClock
  readonly db: Database
  readonly audit: AuditLog
  readonly breakers: BreakerSet
  readonly tradingState: TradingStateKeeper
  readonly limits: Limits
  readonly venue: FakeChainVenue
  readonly exchange: FakeExchange
  readonly signer: ScriptedSigner
  readonly folder: string
  /** The kill switch: what the guards see, and what the last look says. */
  readonly gate: { snapshot: KillSwitchSnapshot; look: Denial | null }
  policy: PolicyState
  slippage: SlippageSettings
  stuck: StuckRules
  /** What people were told. */
  readonly alerts: Alert[]
  /** Disconnects and reconnects venues. */
  readonly venues: Map<string, Venue>
  readonly faults: { readonly orderId: string; readonly thrown: unknown }[]
  /** Facts that no log took. */
  readonly unrecorded: AuditFact[]
  /** Types of everything in the audit log, in order. */
  auditTypes(): string[]
  /** What the bench trades unless told otherwise. */
  readonly draft: OrderDraft
  /** Prepares; throws when it is refused. */
  prepare(draft?: Partial<OrderDraft>): Promise<PreparedOrder>
  /** Prepares, confirms, and lets the order go as far as it can; throws when either is refused. */
  start(draft?: Partial<OrderDraft>): Promise<StartedOrder>
  /** Event types of an order's life. */
  life(orderId: string): string[]
  /** Ends the engine without settling anything, and starts another on the same database. */
  restart(): EngineBench
  close(): void
}

export interface BenchOptions {
  /** Finds another signer than the scripted one, or none. */
  readonly signerOf?: (id: string) => ScriptedSigner | null
  readonly guards?: (table: GuardTable) => GuardTable
  readonly folder?: string
  readonly clock?: FakeClock
  /** Wraps ports, for a test that makes one of them fail. */
  readonly ports?: (ports: PlacingPorts) => PlacingPorts
}

/** Makes a bench in a folder of its own. */
export function engineBench(options: BenchOptions = {}): EngineBench {
  const folder = options.folder ?? realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-engine-')))
  const clock = options.clock ?? new FakeClock()
  const opened = openDatabase({ path: join(folder, 'bench.db'), key: KEY })
  if (!opened.ok) throw opened.error
  const db = opened.value
  const audit = openAuditLog({ db, key: KEY, environment: 'testnet', anchorPath: join(folder, 'audit.anchor'), clock, scheduler: clock })
  const breakers = new BreakerSet({ clock, store: createBreakerStore(db, clock) })
  const venue = new FakeChainVenue(clock)
  const exchange = new FakeExchange(clock)
  const signer = new ScriptedSigner()
  const venues = new Map<string, Venue>([
    ['uniswap-v3', venue.venue],
    ['paper', exchange.venue],
  ])
  const faults: EngineBench['faults'] = []
  const alerts: Alert[] = []
  const unrecorded: AuditFact[] = []
  const { record: recordAnyway, owe } = new OwedRecords({
    audit,
    store: createOwedStore(db),
    clock,
    scheduler: clock,
    unrecorded: (fact) => unrecorded.push(fact),
    onFault: (what, thrown) => faults.push({ orderId: what, thrown }),
  })
  const gate: EngineBench['gate'] = { snapshot: ARMED, look: null }
  const tradingState = new TradingStateKeeper({
    store: createTradingStateStore(db, clock),
    audit,
    recordAnyway,
    clock,
    scheduler: clock,
    killSwitch: () => gate.snapshot,
    onFault: (what, thrown) => faults.push({ orderId: what, thrown }),
  })
  // Paper's limits: on the bench many orders go out in one instant.
  const limits = new Limits({ db, audit, clock, environment: 'paper' })
  const ports: PlacingPorts = {
    environment: 'testnet',
    clock,
    scheduler: clock,
    random: systemRandom,
    audit,
    recordAnyway,
    owe,
    gate: { snapshot: () => gate.snapshot, lastLook: () => gate.look },
    tradingState,
    breakers,
    guards: (options.guards ?? ((table) => table))(buildGuardTable()),
    runGuards,
    decodeCall,
    policy: () => bench.policy,
    slippage: () => bench.slippage,
    stuck: () => bench.stuck,
    alerts: { raise: (alert) => void alerts.push(alert) },
    limits,
    venues: { get: (id) => venues.get(id) ?? null, all: () => [...venues.values()] },
    placerOf: (id) => (venues.has(id) ? (id === 'uniswap-v3' ? venue.placer : exchange.placer) : null),
    accounts: {
      addressOf: (account) => (account === 'signer-1' ? SIGNER_ADDRESS : account === 'paper-main' ? null : undefined),
      labelOf: (account) => account,
    },
  }
  const engine = createEngine(
    (options.ports ?? ((same) => same))(ports),
    db,
    {
      signerOf: options.signerOf ?? ((id) => (id === signer.id ? signer : null)),
      verify: verifySignedTx,
      signingTimeoutMs: SIGNING_TIMEOUT_MS,
    },
    (orderId, thrown) => faults.push({ orderId, thrown }),
  )
  const bench: EngineBench = {
    engine,
    clock,
    db,
    audit,
    breakers,
    tradingState,
    limits,
    venue,
    exchange,
    signer,
    folder,
    gate,
    venues,
    faults,
    unrecorded,
    policy: { kind: 'loaded', policy: BENCH_POLICY },
    slippage: DEFAULT_SLIPPAGE_SETTINGS,
    stuck: { action: 'off', afterMs: 180_000, mostBumps: 3 },
    alerts,
    auditTypes: () =>
      (db.prepare("SELECT body ->> '$.type' AS type FROM audit_entries ORDER BY seq").all() as { type: string }[]).map(({ type }) => type),
    draft: SWAP,
    async prepare(draft = {}) {
      const prepared = await engine.desk.prepare({ ...SWAP, ...draft }, 'person', 'operator')
      if (!prepared.ok) throw new Error(`prepare: ${JSON.stringify(prepared.error)}`)
      return prepared.value
    },
    async start(draft = {}) {
      const { plan, planHash } = await bench.prepare(draft)
      const started = engine.desk.confirm(plan.planId, planHash, 'operator')
      if (!started.ok) throw new Error(`confirm: ${JSON.stringify(started.error)}`)
      await clock.settle()
      return { ...started.value, plan }
    },
    life: (orderId) => engine.journal.events(orderId).map(({ type }) => type),
    restart() {
      engine.stop()
      breakers.flush()
      db.close()
      return engineBench({ ...options, folder, clock })
    },
    close() {
      engine.stop()
      if (db.open) db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return bench
}
