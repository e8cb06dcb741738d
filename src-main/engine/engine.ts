import type { AuditRef } from '../domain/audit-event'
import type { Denial } from '../domain/codes'
import type { Hex } from '../domain/evm'
import type { HeadVoucher } from '../domain/head-voucher'
import { isOpen } from '../domain/order'
import type { AuthenticationStatement } from '../domain/own-typed-data'
import type { Result } from '../lib/result'
import type { Database } from '../storage/database'
import { Journal } from './journal/journal'
import { TransactionJournal } from './journal/transactions'
import { OrderCanceller } from './orders/cancel-order'
import { OrderFollower } from './orders/follow-order'
import { EndedWatch } from './orders/ended-watch'
import { StuckHandler } from './orders/handle-stuck'
import { OrderDesk } from './orders/order-desk'
import { Pipeline } from './orders/pipeline'
import { Plans } from './orders/plans'
import { Rebroadcaster } from './orders/rebroadcast'
import { OrderRetrier } from './orders/retry-order'
import { recoverOrders, type RecoveryReport } from './orders/recover-orders'
import { OrderReplacer } from './orders/replace-order'
import { SigningWaits } from './orders/signing-waits'
import type { EnginePorts, PlacingPorts, VerifySignedTx } from './ports'
import { SigningGate, type OnSignerInteraction, type SigningGateParts } from './signing-gate'
import { Sweeper } from './sweep/sweeper'
import { signAuditHead, signAuthentication, type Asked } from './sign-message'
import { testSigner } from './test-signer'

/** The engine as the rest of the app sees it: orders come in at the desk, and nobody else can send anything. */
export interface Engine {
  readonly ports: EnginePorts
  readonly desk: OrderDesk
  readonly journal: Journal
  readonly transactions: TransactionJournal
  readonly canceller: OrderCanceller
  /** Speeds up and cancels what waits on a chain. */
  readonly replacer: OrderReplacer
  /** Goes after everything that is out, while trading is halted. */
  readonly sweeper: Sweeper
  /** Signs a transaction to oneself of no value and without data, which is never sent, to show that a signer works. */
  testSigner(signerId: string, chainId: number, by: string): Promise<Result<void, Denial>>
  /** Has a head of the audit chain signed, and records who vouched for it; also while halted. */
  signAuditHead(head: AuditRef, asked: Asked): Promise<Result<HeadVoucher, Denial>>
  /** Has somebody's device sign what they approve; the verified signature. */
  signAuthentication(statement: AuthenticationStatement, asked: Asked): Promise<Result<Hex, Denial>>
  /** Settles what the last run left open; once, before the first order. */
  recover(): Promise<RecoveryReport>
  /** Follows on what is out on a chain that has just been connected. */
  resumeFollowing(): void
  /** Stops following. Orders stay as they are. */
  stop(): void
}

/** Parts that only the engine's inside may hold. */
export interface EngineSecrets {
  readonly signerOf: SigningGateParts['signerOf']
  readonly verify: VerifySignedTx
  readonly signingTimeoutMs: number
  readonly onInteraction?: OnSignerInteraction
}

/** Wires the engine's parts together. Only the signing gate gets the signers; only pipeline, canceller, replacer and rebroadcaster the placing side. */
export function createEngine(
  { placerOf, ...ports }: PlacingPorts,
  db: Database,
  secrets: EngineSecrets,
  onFault: (orderId: string, thrown: unknown) => void,
): Engine {
  const journal = new Journal(db, ports.audit, ports.clock, onFault, ports.owe)
  const transactions = new TransactionJournal(db, ports.clock)
  // Before anything else hears of an order: the next one is judged by it.
  try {
    const refused = transactions.withRefused().flatMap((orderId) => journal.get(orderId) ?? [])
    ports.limits.restore(
      journal,
      refused.filter(({ state }) => !isOpen(state)),
    )
  } catch (thrown) {
    onFault('limits', thrown) // what is used stays unknown, and that denies
  }
  journal.onChange((record) => ports.limits.observe(record))
  const rebroadcaster = new Rebroadcaster({ ports, placerOf, journal, transactions, onFault })
  const follower = new OrderFollower({ ports, journal, transactions, onFault }, (orderId, txId) => {
    void rebroadcaster.dropped(orderId, txId)
  })
  const gate = new SigningGate({
    signerOf: secrets.signerOf,
    verify: secrets.verify,
    timeoutMs: secrets.signingTimeoutMs,
    ...(secrets.onInteraction === undefined ? {} : { onInteraction: secrets.onInteraction }),
    scheduler: ports.scheduler,
    guards: ports.guards,
    runGuards: ports.runGuards,
    audit: ports.audit,
    recordAnyway: ports.recordAnyway,
    breakers: ports.breakers,
  })
  const signingWaits = new SigningWaits()
  const canceller = new OrderCanceller(ports, journal, signingWaits, placerOf, onFault)
  const replacer = new OrderReplacer({ ports, placerOf, journal, transactions, gate, follower, onFault })
  const sweeper = new Sweeper({ ports, journal, transactions, canceller, replacer, onFault })
  const stuck = new StuckHandler({ ports, journal, transactions, replacer, rules: ports.stuck, alerts: ports.alerts, onFault })
  const pipeline = new Pipeline({ ports, placerOf, journal, transactions, gate, follower, signingWaits, onFault })
  const retrier = new OrderRetrier({ ports, journal, transactions, pipeline, onFault })
  /** One that cannot be followed keeps no other from being followed. */
  const follow = (orderId: string): void => {
    try {
      follower.follow(orderId)
    } catch (thrown) {
      onFault(orderId, thrown)
    }
  }
  const ended = new EndedWatch({ ports, journal, transactions, onFault }, follow)
  journal.onChange((record) => ended.observe(record))
  /** What orders that have ended left waiting on a chain. */
  const followLeftovers = (): void => {
    const orders = new Set([...transactions.inFlight().map(({ orderId }) => orderId), ...transactions.withRefused()])
    for (const orderId of orders) if (!isOpen(journal.get(orderId)?.state ?? 'submitted')) follow(orderId)
  }
  return {
    ports,
    desk: new OrderDesk(ports, transactions, new Plans(ports.clock), pipeline),
    journal,
    transactions,
    canceller,
    replacer,
    sweeper,
    testSigner: (signerId, chainId, by) => testSigner(ports, gate, signerId, chainId, by),
    signAuditHead: (head, asked) => signAuditHead(ports, gate, head, asked),
    signAuthentication: (statement, asked) => signAuthentication(ports, gate, statement, asked),
    recover: async () => {
      for (const venue of ports.venues.all()) follower.listen(venue)
      const report = await recoverOrders({ ports, journal, transactions, onFault }, follower)
      // A probe whose order ended without an outcome for it would keep its breaker half-open for ever.
      for (const orderId of ports.breakers.probes()) {
        const state = journal.get(orderId)?.state
        if (state === undefined || !isOpen(state)) ports.breakers.releaseProbes(orderId)
      }
      stuck.resume()
      followLeftovers()
      ended.resume()
      return report
    },
    resumeFollowing: () => {
      void follower.review()
      followLeftovers()
      ended.resume()
      for (const { orderId, state } of journal.open()) if (['submitted', 'confirming', 'finalizing'].includes(state)) follow(orderId)
    },
    stop: () => {
      sweeper.end()
      stuck.stop()
      pipeline.stop()
      retrier.stop()
      follower.stop()
      ended.stop()
    },
  }
}
