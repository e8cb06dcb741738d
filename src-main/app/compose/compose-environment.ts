import { join } from 'node:path'

import type { AlertBacking } from '../../alerts/alerts'
import type { AlertSink } from '../../domain/alert'
import type { AuditFact } from '../../domain/audit-event'
import type { BreakerId } from '../../domain/breaker'
import type { Environment } from '../../domain/environment'
import { openAuditLog } from '../../audit/audit-log'
import type { AuditLog } from '../../audit/audit'
import { keepRetention } from '../../audit/retention-schedule'
import { Verification } from '../../audit/verification'
import { breakerHistory, createBreakerStore } from '../../engine/breaker-store'
import { BreakerTuning } from '../../engine/breaker-tuning'
import { createEngine, type Engine } from '../../engine/engine'
import { createOwedStore } from '../../engine/owed-store'
import { OwedRecords } from '../../engine/record-anyway'
import { SecretStore } from '../../credentials/secret-store'
import { ExplainedOrders } from '../../engine/halt/explained-orders'
import type { KillSwitch } from '../../engine/halt/kill-switch'
import type { HaltRequest } from '../../engine/halt/kill-switch-types'
import { DrillStore } from '../../engine/drills/drill-store'
import type { PolicyStore } from '../../engine/policy/policy-store'
import { HaltSettings } from '../../engine/sweep/halt-settings'
import { Limits } from '../../engine/limits/limits'
import { SettingsStore } from '../../engine/settings/settings'
import { HaltWatcher } from '../../engine/trading-state/halt-watcher'
import { TradingStateKeeper } from '../../engine/trading-state/trading-state-keeper'
import { createTradingStateStore } from '../../engine/trading-state/trading-state-store'
import { MetricsKeeper } from '../../engine/metrics/metrics-keeper'
import { PerformanceWatch } from '../../engine/metrics/performance-watch'
import { SampleStore } from '../../engine/metrics/sample-store'
import { WatchStore } from '../../engine/watch/watch-store'
import type { MarkStore } from '../../authority/marks'
import { BreakerSet } from '../../guards/breakers/breaker-set'
import type { BreakerEvent } from '../../guards/breakers/breaker-store'
import { buildGuardTable, type GuardTable } from '../../guards/guard-table'
import { decodeCall } from '../../guards/policy/decode-call'
import { runGuards } from '../../guards/run-guards'
import type { Clock, Scheduler } from '../../lib/clock'
import { describeError } from '../../lib/errors'
import type { Random } from '../../lib/random'
import type { KeyHostPort } from '../../signers/keystore/host-protocol'
import type { VendorHostPort } from '../../signers/vendor-host/protocol'
import type { SignerPolicyFile } from '../../signers/policy-wrapper/signer-policy-file'
import { wrapSigner } from '../../signers/policy-wrapper/wrap-signer'
import { verifySignedTx } from '../../signers/verify-signature'
import type { Database } from '../../storage/database'
import { PAPER_ACCOUNT } from '../../venues/paper/listings'
import type { PaperVenue } from '../../venues/paper/paper-venue'
import { accountBalances } from './account-balances'
import { createAlertBacking } from './alerts/alert-store'
import { actingFor, anywayFor } from './acting-for'
import { ChainService } from './chain-service'
import { watchExposure, type ExposureWatches } from './exposure-watches'
import { holdRoom } from './held-room'
import { KeptSecrets } from './signers/kept-secrets'
import { KeyShares } from './signers/key-shares'
import { knownThings } from './known-things'
import { openPaper } from './open-paper'
import { openPolicies } from './open-policies'
import { ReachPermits } from './signers/reach-permits'
import { SecretSources } from './signers/secret-sources'
import { secretsDoor, type SecretsDoor } from './signers/secrets-door'
import { withPicture, type OnSignerPrompt } from './signers/signer-prompt'
import { SIGNER_MAKERS, type SignerMakers } from './signers/signer-makers'
import { markStore } from './mark-store'
import { SignerService } from './signers/signer-service'
import { SignerWatch } from './signers/signer-watch'
import { VenueTable } from './venue-table'

/** How long a signer may take for one signature, ms: a person may have to confirm on a device. */
export const SIGNING_TIMEOUT_MS = 120_000

/** What an environment is composed of. */
export interface EnvironmentParts {
  readonly environment: Environment
  /** The environment's own folder. */
  readonly folder: string
  readonly db: Database
  readonly key: Buffer
  readonly killSwitch: KillSwitch
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly spawnKeyHost: () => KeyHostPort
  readonly spawnVendorHost: () => VendorHostPort
  readonly alerts: AlertSink
  /** Who is at the app now. */
  readonly actor: () => string
  /** Halts; the gate is closed when it returns. */
  readonly halt: (request: HaltRequest) => void
  /** What a person has to do at a signer, for which order. */
  readonly onInteraction: OnSignerPrompt
  /** Whether nobody has vouched yet for a calendar that jumped; also while nobody watches it. */
  readonly clockInDoubt: () => boolean
  /** A breaker, signer or chain changed. */
  readonly onChange: () => void
  /** A fact that no log took: people are told all the same, as what it is. */
  readonly unrecorded: (fact: AuditFact) => void
  /** Something happened that no order expects: for the log and the alarm. */
  readonly onFault: (what: string, thrown: unknown) => void
  /** For tests alone: another table of guards, made from the real one. */
  readonly guards?: (table: GuardTable) => GuardTable
  /** For tests alone: other kinds of signers than this version's. */
  readonly makers?: SignerMakers
}

/** An open environment. */
export interface OpenEnvironment {
  readonly environment: Environment
  readonly engine: Engine
  readonly audit: AuditLog
  /** Checks of its whole chain, and what the last one found. */
  readonly verification: Verification
  readonly breakers: BreakerSet
  readonly tuning: BreakerTuning
  /** A breaker's history since a wall time, oldest first. */
  readonly breakerHistory: (id: BreakerId, sinceMs: number) => readonly BreakerEvent[]
  /** Active, reducing or halted; anybody may tighten it. */
  readonly tradingState: TradingStateKeeper
  /** Halts trading when breakers call for it. */
  readonly haltWatcher: HaltWatcher
  readonly settings: SettingsStore
  /** What a halt does about what is out, as chosen beforehand. */
  readonly haltSettings: HaltSettings
  /** Reports of drills. */
  readonly drillStore: DrillStore
  /** Settings and memory of what halts by itself. */
  readonly watchStore: WatchStore
  /** What people found out about orders of unknown outcome. */
  readonly explained: ExplainedOrders
  /** Where its alerts are kept, and how people are told of them. */
  readonly alertBacking: AlertBacking
  readonly limits: Limits
  /** Losses of the day and unusual activity. */
  readonly exposure: ExposureWatches
  /** What may be traded and signed (C6), and, kept apart, what any signer may be asked to sign (C7). */
  readonly policy: PolicyStore
  readonly signerPolicy: SignerPolicyFile
  /** By what the files of people and keys are known again. */
  readonly authorityMarks: MarkStore
  readonly signers: SignerService
  /** Keys that two parties hold together. */
  readonly keyShares: KeyShares
  /** Looks at their health in the background, once started. */
  readonly signerWatch: SignerWatch
  /** Takes secrets in; only signers get them out. */
  readonly secrets: SecretsDoor
  readonly chain: ChainService
  readonly metrics: MetricsKeeper
  /** The paper exchange as screens may see it; null elsewhere. */
  readonly paper: Pick<PaperVenue, 'onMarket' | 'faults'> | null
  close(): Promise<void>
}

/**
 * The composition root of one environment: the only place where guards, signers, venues and records meet. Free of Electron. What can sign
 * goes into the engine's signing gate, what can place into its pipeline, and neither is kept here.
 */
export function composeEnvironment(parts: EnvironmentParts): OpenEnvironment {
  const { environment, folder, db, clock, scheduler, random, killSwitch } = parts
  const heldRoom = holdRoom({ environment, folder, scheduler })
  const audit = openAuditLog({ db, key: parts.key, environment, anchorPath: join(folder, 'audit.anchor'), clock, scheduler })
  const verification = new Verification(audit, clock)
  const byPerson = actingFor(audit, parts.actor)
  const { record: recordAnyway, owe } = new OwedRecords({
    ...{ audit, clock, scheduler, store: createOwedStore(db) },
    unrecorded: parts.unrecorded,
    onFault: parts.onFault,
  })
  const tuning = new BreakerTuning(db, audit, clock)
  const breakers = new BreakerSet({
    clock,
    thresholds: tuning.all(),
    store: createBreakerStore(db, clock),
    onChange: (change) => {
      if (change.from.state !== change.to.state) {
        const opened = change.to.state === 'open' || change.to.state === 'isolated'
        recordAnyway({
          category: opened ? 'SECURITY_VIOLATION' : 'SYSTEM_EVENT',
          severity: opened ? 'high' : 'medium',
          type: 'BreakerChanged',
          actor: change.by,
          subject: change.id,
          data: { from: change.from.state, to: change.to.state, why: change.why },
        })
      }
      haltWatcher.look()
      parts.onChange()
    },
  })
  const tradingStateStore = createTradingStateStore(db, clock)
  const tradingState = new TradingStateKeeper({
    store: tradingStateStore,
    audit,
    recordAnyway,
    clock,
    scheduler,
    killSwitch: () => killSwitch.snapshot(),
    onFault: parts.onFault,
  })
  tradingState.onChange(parts.onChange)
  const haltWatcher = new HaltWatcher({
    keeper: tradingState,
    store: tradingStateStore,
    audit,
    views: () => breakers.views(),
    armed: () => killSwitch.snapshot().state === 'armed',
    clock,
    scheduler,
  })
  haltWatcher.look()
  const settings = new SettingsStore(db, audit, clock)
  const haltSettings = new HaltSettings(db, audit, clock)
  const watchStore = new WatchStore(db, audit, clock)
  const explained = new ExplainedOrders(db, audit, clock)
  const limits = new Limits({ db, audit, clock, environment })
  const { policy, signerPolicy, setUp } = openPolicies({ db, key: parts.key, folder, environment, audit, clock, actor: parts.actor })
  const { venues, placerOf } = VenueTable.create()
  const secrets = new SecretStore(db, parts.key)
  const keptSecrets = new KeptSecrets({ db, store: secrets, audit: byPerson })
  const forgetSecrets = (ids: readonly string[]): void => keptSecrets.forget(ids)
  const secretSources = new SecretSources({
    db,
    store: secrets,
    forgetSecrets,
    clock,
    scheduler,
    spawnVendorHost: parts.spawnVendorHost,
  })
  const signerParts = {
    environment,
    clock,
    scheduler,
    random,
    findSecret: secretSources.find,
    spawnVendorHost: parts.spawnVendorHost,
    onChange: parts.onChange,
  }
  const { signers, signerOf } = SignerService.create({
    db,
    audit: byPerson,
    recordAnyway: anywayFor(recordAnyway, parts.actor),
    halted: () => killSwitch.snapshot().state !== 'armed',
    folder: join(folder, 'keystores'),
    spawnHost: parts.spawnKeyHost,
    ...signerParts,
    makers: parts.makers ?? SIGNER_MAKERS,
    guarded: (signer) => wrapSigner(signer, signerPolicy.state, clock),
    forgetSecrets,
    onAdded: (address) => {
      setUp.addSigner(address)
    },
  })
  const keyShares = new KeyShares({ ...signerParts, audit: byPerson, signers })
  const paper =
    environment === 'paper'
      ? openPaper({ db, clock, scheduler, random, onFault: (thrown) => parts.onFault('the paper exchange', thrown) })
      : null
  if (paper !== null)
    venues.connect({ id: 'paper', reader: paper.reader, planner: paper.planner, orders: paper.orders, chain: null }, paper.placer)

  const engine = createEngine(
    {
      environment,
      clock,
      scheduler,
      random,
      audit,
      recordAnyway,
      owe,
      gate: killSwitch,
      tradingState,
      breakers,
      guards: (parts.guards ?? ((table) => table))(buildGuardTable()),
      runGuards,
      decodeCall,
      policy: policy.state,
      slippage: () => settings.slippage(),
      stuck: () => settings.stuck(),
      alerts: parts.alerts,
      limits,
      venues,
      placerOf,
      accounts: {
        addressOf: (account) => (account === PAPER_ACCOUNT && environment === 'paper' ? null : signers.addressOf(account)),
        labelOf: (account) =>
          account === PAPER_ACCOUNT ? 'Paper account' : (signers.list().find(({ id }) => id === account)?.label ?? account),
      },
      makeRoom: () => {
        heldRoom.makeRoom()
      },
    },
    db,
    {
      signerOf,
      verify: verifySignedTx,
      signingTimeoutMs: SIGNING_TIMEOUT_MS,
      onInteraction: withPicture(parts.onInteraction, (id, asked) => signers.preview(id, asked, knownThings(chain.chainProfile))),
    },
    (orderId, thrown) => {
      parts.onFault(`order ${orderId}: ${describeError(thrown)}`, thrown)
    },
  )
  const chain = new ChainService({
    environment,
    folder,
    venues,
    breakers,
    audit,
    recordAnyway,
    clock,
    scheduler,
    random,
    onFault: (thrown) => parts.onFault('the chain', thrown),
    onConnected: (profile) => {
      setUp.connectChain(
        profile,
        signers.list().map(({ address }) => address),
      )
      engine.resumeFollowing()
      parts.onChange()
    },
  })
  const exposure = watchExposure({
    db,
    audit,
    clock,
    scheduler,
    random,
    engine,
    limits,
    killSwitch,
    tradingState,
    balances: () => accountBalances(venues, signers),
    alerts: parts.alerts,
    halt: parts.halt,
    onFault: parts.onFault,
  })
  const signerWatch = new SignerWatch({ signers, audit, breakers, scheduler, onChange: parts.onChange, onFault: parts.onFault })
  const stopRetention = keepRetention({
    audit,
    scheduler,
    clockInDoubt: parts.clockInDoubt,
    onFault: (thrown) => parts.onFault('audit retention', thrown),
  })
  const samples = new SampleStore(db)
  const metrics = new MetricsKeeper({
    store: samples,
    journal: engine.journal,
    onFact: (listener) => audit.onAppend(listener),
    memoryMb: () => process.memoryUsage.rss() / 1_048_576,
    rpcLatencyMs: () => chain.takeLatencyMs(),
    clock,
    scheduler,
    onFault: (thrown) => parts.onFault('figures', thrown),
  })
  const performance = new PerformanceWatch({
    ...{ store: samples, settings: () => watchStore.settings, alerts: parts.alerts, clock, scheduler },
    onFault: (thrown) => parts.onFault('watching the figures', thrown),
  })
  return {
    environment,
    engine,
    audit,
    verification,
    breakers,
    tuning,
    breakerHistory: (id, sinceMs) => breakerHistory(db, id, sinceMs),
    tradingState,
    haltWatcher,
    settings,
    haltSettings,
    drillStore: new DrillStore(db, clock),
    watchStore,
    explained,
    alertBacking: createAlertBacking(db, audit, clock, environment),
    limits,
    exposure,
    policy,
    signerPolicy,
    authorityMarks: markStore(db, clock),
    signers,
    keyShares,
    signerWatch,
    secrets: secretsDoor({ store: secrets, kept: keptSecrets, sources: secretSources, permits: new ReachPermits({ db, store: secrets }) }),
    chain,
    metrics,
    paper: paper === null ? null : { onMarket: (listener) => paper.onMarket(listener), faults: paper.faults },
    async close() {
      signerWatch.stop()
      exposure.stop()
      performance.stop()
      metrics.stop()
      stopRetention()
      engine.stop()
      chain.close()
      heldRoom.stop()
      paper?.stop()
      await signers.lockAll()
      secrets.close()
      haltWatcher.close()
      tradingState.close()
      breakers.flush()
      verification.close()
      audit.close()
      db.close()
    },
  }
}
