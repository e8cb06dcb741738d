import { afterEach, describe, expect, test } from 'vitest'
import { verifyTypedData } from 'ethers/hash'
import { Transaction } from 'ethers/transaction'

import type { AuditFact } from '../../../src-main/domain/audit-event'
import { sameAddress, type UnsignedTx } from '../../../src-main/domain/evm'
import { SIGNING_PURPOSES } from '../../../src-main/domain/guard'
import { auditHeadMessage } from '../../../src-main/domain/own-typed-data'
import type { TypedData } from '../../../src-main/domain/typed-data'
import type { GuardTable } from '../../../src-main/guards/guard-table'
import { SigningGate } from '../../../src-main/engine/signing-gate'
import type { GuardInput } from '../../../src-main/guards/guard'
import { runGuards } from '../../../src-main/guards/run-guards'
import { systemScheduler } from '../../../src-main/lib/clock'
import type { Signer } from '../../../src-main/signers/signer'
import { verifySignedTx } from '../../../src-main/signers/verify-signature'
import { HOSTILE_ANSWERS, HOSTILE_MESSAGE_ANSWERS, type HostileAnswer } from './hostile-answers'

/** A signer of one kind with its real part behind it, as a test opens it. */
export interface SignerRig {
  readonly signer: Signer
  /** Makes the real part misbehave from now on; left out where nothing between it and us can. */
  readonly misbehave?: (how: HostileAnswer) => void
  close(): Promise<void>
}

/** Opens a fresh rig. A signer that waits must wait at most about a second in it. */
export type OpenRig = () => Promise<SignerRig>

/** How long the gate waits in these tests, ms: longer than any rig. */
const GATE_MS = 10_000
const SPENDER = '0x1111111111111111111111111111111111111111'
const NO_GUARDS = Object.fromEntries(SIGNING_PURPOSES.map((purpose) => [purpose, []])) as unknown as GuardTable
const never = new AbortController().signal

/** A transaction as orders make them; each nonce gives another digest, so that both parities and both halves of s come up. */
export function contractTx(from: string, nonce: number): UnsignedTx {
  return {
    chainId: 31_337,
    from,
    to: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
    nonce,
    valueWei: 1_000_000_000_000_000n + BigInt(nonce),
    data: `0xa9059cbb${SPENDER.slice(2).padStart(64, '0')}${(nonce + 1).toString(16).padStart(64, '0')}`,
    gasLimit: 120_000n,
    maxFeePerGasWei: 30_000_000_000n,
    maxPriorityFeePerGasWei: 1_500_000_000n,
  }
}

/** Typed data of the app's own: the head of an audit chain. */
export const CONTRACT_TYPED_DATA: TypedData = auditHeadMessage({
  environment: 'testnet',
  seq: 4711,
  hash: `0x${'ab'.repeat(32)}`,
  atMs: 1_790_000_000_000,
})

/**
 * What every kind of signer must do, against its real part, through the real signing gate: sign exactly what was asked, say so in health, and let nothing else
 * through. `notApplicable` names the misbehaviours that cannot happen with this kind, each with the reason.
 */
export function describeSigner(kind: string, open: OpenRig, notApplicable: Partial<Record<HostileAnswer, string>> = {}): void {
  let rig: SignerRig | null = null
  const opened = async (): Promise<SignerRig> => (rig = await open())
  afterEach(async () => {
    await rig?.close()
    rig = null
  })

  describe(`C4 X1: the ${kind} signer keeps the contract of all signers`, () => {
    test('signs what it was asked, for digests of every shape', async () => {
      const { signer } = await opened()
      for (let nonce = 0; nonce < (signer.attended === true ? 3 : 12); nonce += 1) {
        const tx = contractTx(signer.address, nonce)
        const signed = await signer.signTransaction(tx, never)
        if (!signed.ok) throw new Error(`${signed.error.code}: ${signed.error.detail}`)
        expect(verifySignedTx(signed.value, tx)).toMatchObject({ ok: true })
      }
      expect(signer.health()).toMatchObject({ status: 'ready', detail: '' })
      expect(signer.health().lastSuccessMs).not.toBeNull()
    })

    test('signs a legacy transaction, bound to its chain', async () => {
      const { signer } = await opened()
      const { maxFeePerGasWei, ...tx } = contractTx(signer.address, 3)
      const legacy: UnsignedTx = { ...tx, maxFeePerGasWei, maxPriorityFeePerGasWei: maxFeePerGasWei, legacy: true }
      const signed = await signer.signTransaction(legacy, never)
      if (!signed.ok) throw new Error(`${signed.error.code}: ${signed.error.detail}`)
      expect(verifySignedTx(signed.value, legacy)).toMatchObject({ ok: true })
      expect(Transaction.from(signed.value)).toMatchObject({ type: 0, chainId: BigInt(legacy.chainId), gasPrice: maxFeePerGasWei })
    })

    test('signs typed data that recovers to its address, or says that it cannot', async () => {
      const { signer } = await opened()
      if (signer.signTypedData === undefined) {
        expect(signer.signTypedData).toBeUndefined()
        return
      }
      const signed = await signer.signTypedData(CONTRACT_TYPED_DATA, never)
      if (!signed.ok) throw new Error(`${signed.error.code}: ${signed.error.detail}`)
      const { domain, types, message } = CONTRACT_TYPED_DATA
      const by = verifyTypedData(domain, types as Record<string, { name: string; type: string }[]>, message, signed.value)
      expect(sameAddress(by, signer.address)).toBe(true)
    })

    test('a request that is given up signs nothing for us', async () => {
      const { signer } = await opened()
      expect((await signer.signTransaction(contractTx(signer.address, 1), AbortSignal.abort())).ok).toBe(false)
    })

    test('through the gate: recorded before, verified after, and the breaker hears of the success', async () => {
      const { signer } = await opened()
      const { outcome, facts, fed } = await throughGate(signer)
      expect(outcome).toBe('signed')
      expect(facts.map(({ type }) => type)).toEqual(['SigningRequested', 'TransactionSigned'])
      expect(fed).toEqual(['success'])
    })
  })

  describe(`B1: nothing is trusted of a hostile ${kind}`, () => {
    for (const how of HOSTILE_ANSWERS) {
      const why = notApplicable[how]
      if (why !== undefined) {
        test(`${how}: cannot happen (${why})`, () => {
          expect(why.length).toBeGreaterThan(10)
        })
        continue
      }
      test(`${how}: nothing is used, it is on record, and the signer breaker hears of it`, async () => {
        const opening = await opened()
        if (opening.misbehave === undefined) throw new Error('this rig cannot misbehave: say why in notApplicable')
        opening.misbehave(how)
        expectRefused(await throughGate(opening.signer))
      })
      if (!HOSTILE_MESSAGE_ANSWERS.has(how)) continue
      test(`${how} for a message: nothing of it is used either, unless the kind signs none`, async () => {
        const { signer, misbehave } = await opened()
        if (signer.signTypedData === undefined) {
          const { outcome, code } = await messageThroughGate(signer)
          expect([outcome, code]).toEqual(['refused', 'NOT_SUPPORTED'])
          return
        }
        misbehave?.(how)
        expectRefused(await messageThroughGate(signer))
      })
    }
  })
}

function expectRefused({ outcome, facts, fed, code }: Awaited<ReturnType<typeof throughGate>>): void {
  expect(outcome).toBe('refused')
  expect(facts[0]?.type).toBe('SigningRequested')
  expect(['SigningFailed', 'SignatureMismatch']).toContain(facts[1]?.type)
  expect(facts).toHaveLength(2)
  expect(fed, code).toEqual(['failure'])
}

/** Has the signer sign through the real gate; what came of it, what was recorded, what the signer breaker heard. */
export function throughGate(signer: Signer, tx: UnsignedTx = contractTx(signer.address, 7)) {
  return asked(signer, (gate) =>
    gate.sign({ purpose: 'order', orderId: 'order-1', signerId: signer.id, by: 'operator', tx, facts: {} as GuardInput }),
  )
}

/** The same with a message of the app's own. */
function messageThroughGate(signer: Signer) {
  return asked(signer, (gate) =>
    gate.signTypedData({
      purpose: 'audit-head',
      subject: 'head-1',
      signerId: signer.id,
      address: signer.address,
      by: 'operator',
      typedData: CONTRACT_TYPED_DATA,
      facts: {} as GuardInput,
    }),
  )
}

async function asked(signer: Signer, ask: (gate: SigningGate) => ReturnType<SigningGate['sign' | 'signTypedData']>) {
  const facts: AuditFact[] = []
  const fed: string[] = []
  const gate = new SigningGate({
    signerOf: () => signer,
    guards: NO_GUARDS,
    runGuards,
    verify: verifySignedTx,
    audit: { append: (fact) => ({ seq: facts.push(fact), hashHex: '' }), anchorNow: () => undefined },
    recordAnyway: (fact) => void facts.push(fact),
    breakers: {
      views: () => {
        throw new Error('not asked here')
      },
      record: (_id, outcome) => fed.push(outcome),
      acquireProbes: () => undefined,
      releaseProbes: () => undefined,
      probes: () => [],
    },
    scheduler: systemScheduler,
    timeoutMs: GATE_MS,
  })
  // The system's scheduler keeps no process alive: a test waits for the signer alone.
  const alive = setInterval(() => undefined, 1_000)
  try {
    const signed = await ask(gate)
    const code = signed.ok
      ? ''
      : (signed.error.denial.figures['reason'] ?? signed.error.denial.figures['field'] ?? signed.error.denial.code)
    return { outcome: signed.ok ? ('signed' as const) : ('refused' as const), code, facts, fed }
  } finally {
    clearInterval(alive)
  }
}
