import {
  calls,
  events,
  type CallInput,
  type CallName,
  type CallOutput,
  type EventName,
  type EventPayload,
  type HoldfastBridge,
} from '../../../src-preload/contract/index'
import type { SweepView } from '../../../src-preload/contract/halt'
import type { AppStatus, ChainView, SettingsView } from '../../../src-preload/contract/app'
import type { SignerView } from '../../../src-preload/contract/signers'
import type { OrderDraft } from '../../../src-preload/contract/orders'
import type { Reply } from '../../../src-preload/contract/problem'
import type { WatchSettingsView } from '../../../src-preload/contract/watch'
import { RELEASE_VERIFICATIONS, type ReleaseVerificationId } from '../../../src-main/domain/kill-switch'
import { fakeAccounts, fakeBalances } from './fake-accounts'
import { FakeAlerts } from './fake-alerts'
import { FakeAudit, type AuditNames } from './fake-audit'
import { FakeAuthority } from './fake-authority'
import { FakeGuards } from './fake-guards'
import { fakeDay } from './fake-trading'
import { FakeLimits } from './fake-limits'
import { FakePolicy } from './fake-policy'
import { fakeReadiness } from './fake-readiness'
import { FakeMarket } from './fake-market'
import { fakeMetrics } from './fake-metrics'
import { FakeOrders } from './fake-orders'
import { PAST } from './fake-past'
import { fakePreview } from './fake-preview'
import { FakeIncidents } from './fake-incidents'
import { fakeSweep } from './fake-sweep'
import { FakeWatch } from './fake-watch'
import { Refused, refuse } from './refused'
import { SCENARIOS, type Scenario, type ScenarioName } from './scenario'
import { FakeSecretPlaces } from './fake-secret-places'
import { addedSigner, fakeSigners, fakeSignerSetup } from './fake-signers'

const MOVE_EVERY_MS = 700
const DEVNET: ChainView = {
  name: 'Local devnet',
  chainId: 31_337,
  rpcUrl: 'http://127.0.0.1:8545',
  witnessRpcUrl: null,
  connected: true,
  problem: null,
  blockNumber: 21_345_678,
}

/** Calls that the parts answer themselves. */
type HandledElsewhere = `${'authority' | 'alerts' | 'limits' | 'patterns' | 'policy' | 'secrets'}.${string}` | AuditNames

type Handlers = { [N in CallName]: (input: CallInput<N>) => CallOutput<N> }

/**
 * A believable main in memory: every input, output and event is checked against the contract, so that what works here can cross the real
 * bridge. For tests and pictures only.
 */
export class FakeBridge implements HoldfastBridge {
  readonly scenario: Scenario
  private readonly listeners = new Map<string, Set<(payload: never) => void>>()
  private readonly market: FakeMarket
  private readonly guards: FakeGuards
  private readonly watch: FakeWatch
  private readonly orders: FakeOrders
  private readonly audit: FakeAudit
  private readonly authority: FakeAuthority
  private readonly alerts: FakeAlerts
  private readonly limits: FakeLimits
  private readonly policy: FakePolicy
  private readonly secretPlaces: FakeSecretPlaces
  private phase: AppStatus['phase']
  private environment: AppStatus['environment']
  private settings: SettingsView = {
    riskProfile: 'moderate',
    unlockMinutes: 15,
    maxQuoteAgeSec: 10,
    maxVolatilityPct: '50',
    stuckAction: 'off',
    stuckAfterSec: 180,
    stuckMostBumps: 3,
    colourScheme: 'auto',
  }
  private chain: ChainView | null
  private signers: SignerView[]
  private readonly startedAtMs = Date.now()
  private sweep: SweepView | null = null
  private readonly incidents: FakeIncidents
  /** Every call made, for tests. */
  readonly called: { name: CallName; input: unknown }[] = []

  constructor(name: ScenarioName, colourScheme: SettingsView['colourScheme'] = 'auto') {
    this.scenario = SCENARIOS[name]
    const { phase, environment, chain } = this.scenario
    this.phase = phase
    this.environment = environment
    this.settings = { ...this.settings, colourScheme }
    this.market = new FakeMarket(chain, this.startedAtMs)
    this.guards = new FakeGuards(this.scenario, this.startedAtMs)
    this.watch = new FakeWatch(this.scenario, this.guards, this.startedAtMs)
    this.orders = new FakeOrders((order) => this.emit('order.changed', order))
    this.limits = new FakeLimits(this.scenario, this.startedAtMs)
    this.secretPlaces = new FakeSecretPlaces(this.scenario)
    this.policy = new FakePolicy(this.scenario, this.startedAtMs)
    this.authority = new FakeAuthority(this.scenario.people, this.startedAtMs, {
      session: (view) => this.emit('authority.session', view),
      changed: (view) => this.emit('authority.changed', view),
    })
    this.audit = new FakeAudit(this.scenario, this.startedAtMs, (status) => this.emit('audit.status', status))
    this.incidents = new FakeIncidents(!this.scenario.orders, this.startedAtMs)
    this.alerts = new FakeAlerts(this.scenario, this.startedAtMs, (alert) => {
      this.emit('alert.changed', alert)
      this.emit('alerts.light', { ...this.alerts.light(), tone: false })
    })
    this.chain = chain ? DEVNET : null
    this.signers = fakeSigners(this.scenario, this.startedAtMs)
    if (this.scenario.orders) this.fillPast()
  }

  /** Starts the market moving and the status ticking; returns how to stop. */
  start(): () => void {
    const timer = setInterval(() => {
      const nowMs = Date.now()
      for (const { venue, symbol } of this.market.instruments()) {
        const midPrice = this.market.move(symbol, nowMs)
        this.emit('market.moved', { venue, instrument: symbol, midPrice, atMs: nowMs })
      }
      this.emit('app.status', this.status())
    }, MOVE_EVERY_MS)
    return () => clearInterval(timer)
  }

  async call<N extends CallName>(name: N, input: CallInput<N>): Promise<Reply<CallOutput<N>>> {
    this.called.push({ name, input })
    const slow = name.startsWith('app.') || name.startsWith('guards.') ? 0 : this.scenario.latencyMs
    await new Promise((resolve) => setTimeout(resolve, slow))
    try {
      const given = calls[name].input.parse(input) as CallInput<N>
      const handlers: Handlers = {
        ...this.handlers,
        ...this.authority.handlers,
        ...this.alerts.handlers,
        ...this.limits.handlers,
        ...this.policy.handlers,
        ...this.secretPlaces.handlers,
        ...this.audit.handlers,
      }
      const value = handlers[name](given)
      return { ok: true, value: calls[name].output.parse(value) as CallOutput<N> }
    } catch (thrown) {
      if (thrown instanceof Refused) return { ok: false, problem: thrown.problem }
      console.error(`fake bridge: ${name}`, thrown)
      return { ok: false, problem: { code: 'INTERNAL', figures: { detail: name } } }
    }
  }

  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
    const listeners = this.listeners.get(name) ?? new Set()
    this.listeners.set(name, listeners)
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  /** Says something to the window. */
  emit<N extends EventName>(name: N, payload: EventPayload<N>): void {
    const checked = events[name].payload.parse(payload) as never
    for (const listener of this.listeners.get(name) ?? []) listener(checked)
  }

  private status(): AppStatus {
    const nowMs = Date.now()
    const { chain } = this.scenario
    const health = (name: string, on: boolean, age: number) =>
      ({ name, state: on ? 'ok' : 'off', lastSuccessMs: on ? nowMs - age : null, latencyMs: on ? 31 : null, detail: '' }) as const
    return {
      version: '0.1.0',
      electron: '45.4.1',
      environment: this.environment,
      accountLabel: chain ? 'Trading key' : 'Paper account',
      phase: this.phase,
      failure: this.scenario.failure,
      killSwitch: this.guards.killSwitch,
      venue: health(chain ? 'Uniswap v3' : 'Paper', true, 1_100),
      signer: this.scenario.signerLocked
        ? { name: 'Trading key', state: 'off', lastSuccessMs: null, latencyMs: null, detail: 'LOCKED' }
        : health('Trading key', chain, 12_000),
      chain: health('Local devnet', chain, 4_000),
      keychain: { available: true, backend: 'gnome-libsecret' },
      leftElsewhere: [],
      liveLocks: ['This build is marked as a test build.', 'No hardware signer is set up.', 'The go-live checklist has 4 open points.'],
      startedAtMs: this.startedAtMs,
    }
  }

  private sweepAll(mode: SweepView['mode']): SweepView | null {
    if (this.guards.killSwitch.state === 'armed') return null
    const open = this.orders.list('open', 500, null)
    const sweep = fakeSweep(mode, open, this.scenario.signerLocked, Date.now())
    this.sweep = sweep
    const canceled = new Set(
      sweep.venues.flatMap(({ items }) => items.filter(({ fate }) => fate === 'canceled').map(({ orderId }) => orderId)),
    )
    for (const { orderId } of open) if (canceled.has(orderId)) this.orders.cancel(orderId, Date.now())
    setTimeout(() => this.emit('halt.swept', sweep))
    return sweep
  }

  private readiness() {
    return fakeReadiness(this.environment, this.guards.killSwitch.state !== 'armed', Date.now())
  }

  private guardsMoved(): void {
    this.emit('halt.changed', this.guards.killSwitch)
    this.emit('guards.changed', this.guards.view(Date.now()))
    this.emit('app.status', this.status())
  }

  private preview(draft: OrderDraft) {
    return fakePreview(draft, this.market, this.guards.view(Date.now()), Date.now()) ?? refuse('INVALID_INTENT', { field: 'amount' })
  }

  private fillPast(): void {
    const nowMs = this.startedAtMs
    for (const [each, ago, end] of PAST) {
      const preview = fakePreview(each, this.market, this.guards.view(nowMs), nowMs)
      if (preview !== null) this.orders.past(this.orders.prepare(each, preview, nowMs - ago), nowMs - ago, end)
    }
  }

  private readonly handlers: Omit<Handlers, HandledElsewhere> = {
    'app.status': () => this.status(),
    'setup.begin': () => {
      this.phase = 'ready'
      setTimeout(() => this.guardsMoved())
      return { done: true }
    },
    'environment.switch': ({ environment }) => {
      if (environment === 'live') return refuse('LIVE_LOCKED', { detail: 'no hardware signer' })
      this.environment = environment
      this.phase = 'ready'
      this.emit('app.status', this.status())
      return {}
    },
    'settings.get': () => this.settings,
    'settings.update': (change) => {
      this.settings = { ...this.settings, ...(change as Partial<SettingsView>) }
      return { done: true, settings: this.settings }
    },
    'chain.get': () => this.chain,
    'chain.connect': () => (this.chain = DEVNET),
    'chain.devnetFound': () => ({ found: true }),
    'signer.list': () => this.signers,
    'signer.create': () => ({ id: null }),
    'signer.import': () => ({ id: null }),
    'signer.unlock': ({ id }) => {
      this.signers = this.signers.map((each) => (each.id === id ? { ...each, status: 'ready', locksAtMs: Date.now() + 900_000 } : each))
      this.emit('signer.changed', this.signers)
      return { unlocked: true }
    },
    'signer.lock': ({ id }) => {
      this.signers = this.signers.map((each) => (each.id === id ? { ...each, status: 'locked', locksAtMs: null } : each))
      this.emit('signer.changed', this.signers)
      return {}
    },
    'signer.test': () => ({ ok: true, latencyMs: 31 }),
    ...fakeSignerSetup,
    'signer.add': (input) => {
      this.signers = [...this.signers, addedSigner(input)]
      this.emit('signer.changed', this.signers)
      return { id: 'signer-new' }
    },
    'signer.check': ({ id }) => {
      const signer = this.signers.find((one) => one.id === id)
      if (signer === undefined) throw new Error(`no signer ${id}`)
      return signer
    },
    ...fakeMetrics,
    'market.instruments': () => this.market.instruments(),
    'market.depth': ({ instrument, levels }) => this.market.depth(instrument, levels, Date.now()),
    'market.prices': ({ instrument }) => this.market.prices(instrument),
    'market.accounts': () => fakeAccounts(this.signers),
    'market.balances': ({ account }) => fakeBalances(account),
    'order.preview': (draft) => this.preview(draft),
    'order.prepare': (draft) => {
      const preview = this.preview(draft)
      const denied = preview.verdicts.find(({ outcome }) => outcome === 'deny')
      if (denied?.outcome === 'deny') return refuse(denied.denial.code, denied.denial.figures)
      return this.orders.prepare(draft, preview, Date.now())
    },
    'order.prepareAgain': () => refuse('NOT_FOUND'),
    'order.confirm': ({ planId }) => ({ orderId: this.orders.confirm(planId, Date.now()) ?? refuse('PLAN_UNKNOWN') }),
    'order.discard': ({ planId }) => {
      this.orders.discard(planId)
      return {}
    },
    'order.cancel': ({ orderId }) => (this.orders.cancel(orderId, Date.now()) ? {} : refuse('ORDER_NOT_OPEN')),
    'order.replaceOptions': ({ orderId }) => ({
      speedUp: this.orders.replaceOption(orderId, 'speed-up', this.guards.killSwitch.state !== 'armed'),
      cancel: this.orders.replaceOption(orderId, 'cancel', this.guards.killSwitch.state !== 'armed'),
    }),
    'order.speedUp': ({ orderId }) => this.orders.replace(orderId, 'speed-up', Date.now(), this.guards.killSwitch.state !== 'armed'),
    'order.cancelOnChain': ({ orderId }) => this.orders.replace(orderId, 'cancel', Date.now(), this.guards.killSwitch.state !== 'armed'),
    'order.cancelAll': () => {
      const open = this.orders.list('open', 500, null)
      const stuck = open.filter(({ state }) => state === 'unknown')
      for (const { orderId, state } of open) if (state !== 'unknown') this.orders.cancel(orderId, Date.now())
      return {
        asked: open.length,
        canceled: open.length - stuck.length,
        notCanceled: stuck.map(({ orderId }) => ({ orderId, why: 'UNKNOWN' })),
        notAsked: [],
      }
    },
    'order.list': ({ which, limit, beforeMs }) => this.orders.list(which, limit, beforeMs),
    'order.detail': ({ orderId }) => this.orders.detail(orderId) ?? refuse('NOT_FOUND'),
    'guards.status': () => this.guards.view(Date.now()),
    'halt.trigger': ({ source }) => {
      if (this.scenario.haltFails) return refuse('INTERNAL', { detail: 'the lease could not be removed' })
      this.guards.halt(source, Date.now())
      setTimeout(() => this.guardsMoved())
      return { state: this.guards.killSwitch.state, sinceMs: this.guards.killSwitch.sinceMs ?? Date.now() }
    },
    'incidents.list': () => this.incidents.all(),
    'incidents.get': ({ id }) => this.incidents.story(id) ?? refuse('NOT_FOUND'),
    'incidents.export': ({ id }) => ({ path: `holdfast-halt-${id}.md` }),
    'drills.list': () => this.incidents.drillList(),
    'drills.start': ({ kind }) => this.incidents.start(kind),
    'readiness.report': () => this.readiness(),
    'readiness.record': () => this.readiness(),
    'halt.sweep': ({ mode }) => this.sweepAll(mode),
    'halt.sweepForeign': () => this.sweepAll('graceful'),
    'halt.sweepReport': () => this.sweep,
    'halt.chosen': () => ({ mode: 'gate-only' }),
    'halt.choose': () => ({ done: true }),
    'halt.durable': () => ({ durable: true, detail: 'The lease is gone and its folder is synced.' }),
    'halt.checks': () => this.guards.checks(),
    'halt.release': () => {
      this.guards.release()
      setTimeout(() => this.guardsMoved())
      const fine = (id: ReleaseVerificationId) => ({ id, ok: true, detail: '' })
      return { released: true, verification: RELEASE_VERIFICATIONS.map(fine) }
    },
    'halt.cancelRelease': () => ({}),
    'halt.history': ({ limit }) => this.watch.history(limit),
    'halt.explainOrder': ({ reason }) => {
      this.watch.explain(reason)
      return {}
    },
    'watch.get': () => this.watch.view(Date.now()),
    'watch.update': ({ change }) => {
      this.watch.settings = { ...this.watch.settings, ...(change as Partial<WatchSettingsView>) }
      return { changed: true }
    },
    'presence.get': () => this.watch.stand(Date.now()),
    'presence.here': () => this.watch.here(Date.now()),
    'maintenance.enter': ({ purpose, reason }) => {
      this.watch.enter(purpose, reason, Date.now())
      setTimeout(() => this.guardsMoved())
      return { entered: true }
    },
    'maintenance.leave': () => {
      this.watch.leave()
      setTimeout(() => this.guardsMoved())
      return { left: true }
    },
    'breaker.isolate': ({ breaker, reason }) => {
      this.guards.isolate(breaker, reason, Date.now())
      this.guardsMoved()
      return {}
    },
    'breaker.close': ({ breaker, reason }) => {
      this.guards.close(breaker, reason, Date.now())
      this.guardsMoved()
      return { closed: true }
    },
    'breaker.tune': ({ breaker, thresholds, reason }) => {
      this.guards.tune(breaker, thresholds, reason, Date.now())
      this.guardsMoved()
      return { done: true }
    },
    'breaker.day': () => fakeDay(this.guards.breakers, Date.now()),
    'trading.reduce': ({ reason }) => {
      this.guards.trading.reduce(reason, Date.now())
      this.guardsMoved()
      return {}
    },
    'trading.halt': ({ reason, recoverAfterMs }) => {
      this.guards.trading.haltTrading(reason, recoverAfterMs, Date.now())
      this.guardsMoved()
      return {}
    },
    'trading.resume': ({ what }) => {
      this.guards.trading.resume(what)
      this.guardsMoved()
      return { done: true }
    },
    'trading.rule': ({ rule }) => {
      this.guards.trading.changeRule(rule)
      this.guardsMoved()
      return { done: true }
    },
    'audit.signHead': ({ signerId }) => this.audit.signHead(this.signers.find(({ id }) => id === signerId) ?? refuse('NOT_FOUND')),
  }
}
