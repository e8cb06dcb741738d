import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { Transaction } from 'ethers/transaction'

import { openAuditLog } from '../../audit/audit-log'
import { createConfirmationMonitor } from '../../confirmations/monitor'
import { parseUnsignedTx, type Hex, type UnsignedTx } from '../../domain/evm'
import { TRADING_ACTIVE } from '../../domain/trading-state'
import { createBreakerStore } from '../../engine/breaker-store'
import { ChainRehearsal } from '../../engine/drills/chain-rehearsal'
import { createEngine } from '../../engine/engine'
import { Limits } from '../../engine/limits/limits'
import { createOwedStore } from '../../engine/owed-store'
import type { Gate, Venue } from '../../engine/ports'
import { OwedRecords } from '../../engine/record-anyway'
import { BreakerSet } from '../../guards/breakers/breaker-set'
import { buildGuardTable } from '../../guards/guard-table'
import { decodeCall } from '../../guards/policy/decode-call'
import { policyForChain } from '../../guards/policy/make-policy'
import { runGuards } from '../../guards/run-guards'
import { DEFAULT_SLIPPAGE_SETTINGS } from '../../guards/slippage/settings'
import type { Clock, Scheduler } from '../../lib/clock'
import type { Random } from '../../lib/random'
import { RehearsalSigner } from '../../signers/rehearsal-signer'
import { verifySignedTx } from '../../signers/verify-signature'
import { openDatabase } from '../../storage/database'
import { RehearsalChain } from '../../venues/paper/rehearsal-chain'

/** What a rehearsal on a chain is composed of. */
export interface RehearsalParts {
  /** The environment's folder; what the rehearsal keeps is in one of its own below it, and gone when it is over. */
  readonly folder: string
  readonly nativeBinding: string | undefined
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  /** The environment's own kill switch: what is pressed in the drill halts the rehearsal, too. */
  readonly gate: Gate
  /** Where prices are asked for. */
  readonly venue: Pick<Venue, 'reader' | 'planner'>
  readonly onFault: (thrown: unknown) => void
}

const NO_RETRIES = { action: 'off', afterMs: 180_000, mostBumps: 1 } as const
const POLL_MS = 250
const SIGNING_TIMEOUT_MS = 10_000

/**
 * Composes what the rehearsal of an emergency goes after (product row B7): the real engine, journal, guards, signing gate and proof of signatures, on a database,
 * a key and a chain of their own. Nothing of the environment is handed to it but the kill switch and the prices, so nothing that it does can reach an account.
 */
export function composeRehearsal(parts: RehearsalParts): ChainRehearsal {
  const { clock, scheduler, random, gate, onFault } = parts
  const folder = join(parts.folder, 'rehearsal')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const key = Buffer.from(random.bytes(32))
  const { nativeBinding } = parts
  const opened = openDatabase({ path: join(folder, 'rehearsal.db'), key, ...(nativeBinding === undefined ? {} : { nativeBinding }) })
  if (!opened.ok) throw opened.error
  const db = opened.value
  const audit = openAuditLog({ db, key, environment: 'paper', anchorPath: join(folder, 'audit.anchor'), clock, scheduler })
  key.fill(0)
  const { record: recordAnyway, owe } = new OwedRecords({
    ...{ audit, clock, scheduler, store: createOwedStore(db) },
    unrecorded: () => undefined,
    onFault: (_what, thrown) => {
      onFault(thrown)
    },
  })
  const breakers = new BreakerSet({ clock, store: createBreakerStore(db, clock) })
  const signer = new RehearsalSigner(random, clock)
  const chain = new RehearsalChain({ clock, scheduler, decode })
  const monitor = createConfirmationMonitor({ chain, clock, scheduler, random, pollMs: POLL_MS })
  const venue: Venue = { id: 'paper', ...parts.venue, orders: null, chain: { reader: chain, receipts: chain, monitor, replacing: chain } }
  const policy = policyForChain({ chainId: chain.chainId, signers: [signer.address], routers: [], tokens: [], venues: ['paper'] })
  const engine = createEngine(
    {
      environment: 'paper',
      ...{ clock, scheduler, random, audit, recordAnyway, owe, gate, breakers, runGuards, decodeCall },
      tradingState: { own: () => TRADING_ACTIVE },
      guards: buildGuardTable(),
      policy: () => ({ kind: 'loaded', policy }),
      slippage: () => DEFAULT_SLIPPAGE_SETTINGS,
      stuck: () => NO_RETRIES,
      // What a rehearsal comes to is told by its report.
      alerts: { raise: () => undefined },
      limits: new Limits({ db, audit, clock, environment: 'paper' }),
      venues: { get: (id) => (id === 'paper' ? venue : null), all: () => [venue] },
      placerOf: (id) => (id === 'paper' ? chain : null),
      accounts: { addressOf: (id) => (id === signer.id ? signer.address : undefined), labelOf: (id) => id },
    },
    db,
    { signerOf: (id) => (id === signer.id ? signer : null), verify: verifySignedTx, signingTimeoutMs: SIGNING_TIMEOUT_MS },
    (_orderId, thrown) => {
      onFault(thrown)
    },
  )
  return new ChainRehearsal({
    ...{ engine, chain, clock, random },
    account: { id: signer.id, address: signer.address },
    send: async (tx) => {
      const raw = await signer.signTransaction(tx, new AbortController().signal)
      const proven = raw.ok ? verifySignedTx(raw.value, tx) : null
      if (proven?.ok !== true) throw new Error('a transaction of the rehearsal was not signed')
      const placed = await chain.place({ kind: 'signed-tx', ...proven.value }, gate.lastLook)
      if (placed.kind !== 'accepted') throw new Error(`a transaction of the rehearsal was not taken: ${placed.kind}`)
      return proven.value
    },
    close: async () => {
      engine.stop()
      await signer.lock()
      chain.stop()
      breakers.flush()
      audit.close()
      db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  })
}

function decode(raw: Hex): UnsignedTx | null {
  try {
    const { chainId, from, to, nonce, value, data, gasLimit, maxFeePerGas, maxPriorityFeePerGas } = Transaction.from(raw)
    const parsed = parseUnsignedTx({
      ...{ from, to, nonce, data, gasLimit },
      chainId: Number(chainId),
      valueWei: value,
      maxFeePerGasWei: maxFeePerGas,
      maxPriorityFeePerGasWei: maxPriorityFeePerGas,
    })
    return parsed.ok ? parsed.value : null
  } catch {
    return null // not a transaction
  }
}
