import { Transaction } from 'ethers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { AuditFact } from '../../../src-main/domain/audit-event'
import type { BreakerId } from '../../../src-main/domain/breaker'
import type { Hex, UnsignedTx } from '../../../src-main/domain/evm'
import { SIGNING_PURPOSES } from '../../../src-main/domain/guard'
import type { GuardTable } from '../../../src-main/guards/guard-table'
import { SigningGate, type SigningRequest } from '../../../src-main/engine/signing-gate'
import type { GuardInput } from '../../../src-main/guards/guard'
import { runGuards } from '../../../src-main/guards/run-guards'
import { err, ok } from '../../../src-main/lib/result'
import { SIGNER_FAILURE_CODES, type Signer } from '../../../src-main/signers/signer'
import { verifySignedTx } from '../../../src-main/signers/verify-signature'
import { benchTx, OTHER_KEY, SIGNER_ADDRESS, swapData } from '../../support/app/bench-chain'
import { rawOf, ScriptedSigner, type SignerScript } from '../../support/app/scripted-signer'
import { FakeClock } from '../../support/fake-clock'

const TIMEOUT_MS = 120_000
/** The order of secp256k1. */
const GROUP_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const TX = benchTx({ nonce: 7, data: swapData({ amountInRaw: 10n ** 18n, minOutRaw: 1n, deadlineSec: 1_700_000_100 }) })
const PASS: GuardTable = Object.fromEntries(SIGNING_PURPOSES.map((purpose) => [purpose, []])) as unknown as GuardTable

/** Somebody said no. */
const REFUSALS: readonly string[] = ['REJECTED_BY_USER', 'DENIED_BY_SIGNER', 'DENIED_BY_POLICY']
/** What says nothing about the signer itself. */
const NO_FAULTS: readonly string[] = ['LOCKED', 'REJECTED_BY_USER', 'DENIED_BY_POLICY', 'DEVICE_LOCKED', 'WRONG_APP', 'BUSY']

const hexOf = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`

/** A gate with everything around it written down, in one list, in the order in which it happened. */
function gateWith(script?: SignerScript, options: { guards?: GuardTable; failAt?: string } = {}) {
  const happened: string[] = []
  const facts: AuditFact[] = []
  const fed: { id: BreakerId; outcome: string; why: string | undefined; orderId: string | undefined }[] = []
  const clock = new FakeClock()
  const untaken: AuditFact[] = []
  const append = (fact: AuditFact) => {
    if (fact.type === options.failAt || options.failAt === 'everything') throw new Error('the disk is full')
    happened.push(fact.type)
    facts.push(fact)
    return { seq: facts.length, hashHex: '' }
  }
  const signer = new ScriptedSigner()
  const { script: honest } = signer
  signer.script = (tx, signal) => {
    happened.push('asked the signer')
    return (script ?? honest)(tx, signal)
  }
  const gate = new SigningGate({
    signerOf: (id) => (id === signer.id ? signer : null),
    guards: options.guards ?? PASS,
    runGuards,
    verify: (raw, expected) => {
      const verified = verifySignedTx(raw, expected)
      happened.push(`verified: ${verified.ok ? 'as asked' : verified.error.field}`)
      return verified
    },
    audit: { append, anchorNow: () => void happened.push('anchored') },
    recordAnyway: (fact) => {
      try {
        append(fact)
      } catch {
        untaken.push(fact)
      }
    },
    breakers: {
      views: () => {
        throw new Error('not asked here')
      },
      record: (id, outcome, { why, orderId }) => fed.push({ id, outcome, why, orderId }),
      acquireProbes: () => undefined,
      releaseProbes: () => undefined,
      probes: () => [],
    },
    scheduler: clock,
    timeoutMs: TIMEOUT_MS,
  })
  const sign = (changed: Partial<SigningRequest> = {}) =>
    gate.sign({ purpose: 'order', orderId: 'order-1', signerId: signer.id, by: 'ada', tx: TX, facts: {} as GuardInput, ...changed })
  return { gate, signer, happened, facts, untaken, fed, clock, sign }
}

describe('D1 B1: the signing gate', () => {
  test('records before the key is used, believes nothing unverified, and anchors what was signed', async () => {
    const { sign, happened, fed, facts } = gateWith()
    const signed = await sign()
    expect(signed).toEqual({ ok: true, value: { raw: await rawOf(TX), hash: Transaction.from(await rawOf(TX)).hash } })
    expect(happened).toEqual(['SigningRequested', 'asked the signer', 'verified: as asked', 'TransactionSigned', 'anchored'])
    expect(fed).toEqual([{ id: 'signer', outcome: 'success', why: undefined, orderId: 'order-1' }])
    // The whole transaction stands in the record, amounts as text.
    expect(facts[0]).toMatchObject({
      category: 'KEY_OPERATION',
      actor: 'ada',
      subject: 'order-1',
      data: { purpose: 'order', tx: { to: TX.to, nonce: 7, gasLimit: '300000' } },
    })
  })

  test('X10: a guard that denies, throws, or answers nonsense keeps the signer from being asked', async () => {
    const answers: readonly (() => unknown)[] = [
      () => ({ guard: 'policy', outcome: 'deny', denial: { code: 'TO_NOT_ALLOWED', figures: {} }, figures: [] }),
      () => {
        throw new Error('boom')
      },
      () => undefined,
      () => ({ guard: 'policy', outcome: 'pass' }),
      () => Promise.resolve({ guard: 'policy', outcome: 'pass', figures: [] }),
      () => ({ guard: 'slippage', outcome: 'pass', figures: [] }),
    ]
    for (const evaluate of answers) {
      const { sign, signer, happened } = gateWith(undefined, {
        guards: { ...PASS, order: [{ id: 'policy', evaluate: evaluate as never }] },
      })
      expect((await sign()).ok).toBe(false)
      expect(signer.asked).toEqual([])
      expect(happened).toEqual(['SigningDenied'])
    }
  })

  test('B5 X5: a log that takes nothing bars every signature but a cancel, whose record is kept for later', async () => {
    for (const purpose of SIGNING_PURPOSES.filter((each) => each !== 'cancel')) {
      const { sign, signer } = gateWith(undefined, { failAt: 'everything' })
      await expect(sign({ purpose }), purpose).rejects.toThrow('the disk is full')
      expect(signer.asked).toEqual([])
    }
    const { sign, happened, untaken } = gateWith(undefined, { failAt: 'everything' })
    expect(await sign({ purpose: 'cancel' })).toEqual({
      ok: true,
      value: { raw: await rawOf(TX), hash: Transaction.from(await rawOf(TX)).hash },
    })
    expect(happened).toEqual(['asked the signer', 'verified: as asked', 'anchored'])
    expect(untaken.map(({ type, data }) => [type, data['purpose']])).toEqual([
      ['SigningRequested', 'cancel'],
      ['TransactionSigned', 'cancel'],
    ])
  })

  test('X10: a cancel that a guard denies is not signed, whether or not that can be recorded', async () => {
    const deny = {
      id: 'policy',
      evaluate: () => ({ guard: 'policy', outcome: 'deny', denial: { code: 'TO_NOT_ALLOWED', figures: {} }, figures: [] }),
    }
    const { sign, signer, untaken } = gateWith(undefined, { guards: { ...PASS, cancel: [deny as never] }, failAt: 'everything' })
    expect(await sign({ purpose: 'cancel' })).toMatchObject({ ok: false, error: { denial: { code: 'TO_NOT_ALLOWED' } } })
    expect([signer.asked, untaken.map(({ type }) => type)]).toEqual([[], ['SigningDenied']])
  })

  test('X10: a purpose without a list of guards signs nothing', async () => {
    const { sign, signer } = gateWith(undefined, { guards: { order: [] } as unknown as GuardTable })
    await expect(sign({ purpose: 'fund-move' })).rejects.toThrow()
    await expect(sign({ purpose: 'constructor' as never })).rejects.toThrow()
    expect(signer.asked).toEqual([])
  })

  test('the guards judge the transaction that will be signed, under the purpose that is asked, whatever the facts say', async () => {
    const seen: GuardInput[] = []
    const watch = {
      id: 'policy',
      evaluate: (input: GuardInput) => {
        seen.push(input)
        return { guard: 'policy' as const, outcome: 'pass' as const, figures: [] }
      },
    } as const
    const { sign } = gateWith(undefined, { guards: { ...PASS, approve: [watch] } })
    await sign({ purpose: 'approve', facts: { purpose: 'test', tx: benchTx({ nonce: 1 }) } as GuardInput })
    expect(seen).toMatchObject([{ purpose: 'approve', tx: { nonce: 7 } }])
  })

  test('a signer that nobody knows is refused, and that is on record', async () => {
    const { sign, happened } = gateWith()
    expect(await sign({ signerId: 'nobody' })).toMatchObject({ ok: false, error: { denial: { code: 'SIGNER_UNAVAILABLE' } } })
    expect(happened).toEqual(['SigningFailed'])
  })
})

describe('B1: a hostile signer', () => {
  const altered: readonly (readonly [string, Partial<UnsignedTx>])[] = [
    ['chainId', { chainId: 1 }],
    ['nonce', { nonce: 8 }],
    ['to', { to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' }],
    ['valueWei', { valueWei: 1n }],
    ['data', { data: swapData({ amountInRaw: 10n ** 18n, minOutRaw: 0n, deadlineSec: 1_700_000_100 }) }],
    ['gasLimit', { gasLimit: 300_001n }],
    ['maxFeePerGasWei', { maxFeePerGasWei: 30_000_000_001n }],
    ['maxPriorityFeePerGasWei', { maxPriorityFeePerGasWei: 2_000_000_000n }],
  ]
  test.for(altered)('that changes %s is caught, named and counted', async ([field, change]) => {
    const { sign, happened, fed, facts } = gateWith(async (tx) => ok(await rawOf({ ...tx, ...change })))
    expect(await sign()).toEqual({ ok: false, error: { denial: { code: 'SIGNATURE_MISMATCH', figures: { field } } } })
    expect(happened).toEqual(['SigningRequested', 'asked the signer', `verified: ${field}`, 'SignatureMismatch'])
    expect(facts.at(-1)).toMatchObject({ severity: 'critical', data: { field } })
    expect(fed).toMatchObject([{ id: 'signer', outcome: 'failure', why: 'SIGNATURE_MISMATCH' }])
  })

  test('that changes any field at all, by any amount, is caught', async () => {
    const uint = fc.bigInt({ min: 0n, max: (1n << 96n) - 1n })
    const change = fc.oneof(
      fc.record({ chainId: fc.integer({ min: 1, max: 2 ** 31 }) }),
      fc.record({ nonce: fc.integer({ min: 0, max: 2 ** 40 }) }),
      fc.record({ valueWei: uint }),
      fc.record({ gasLimit: uint }),
      fc.record({ maxFeePerGasWei: uint }).map(({ maxFeePerGasWei }) => ({ maxFeePerGasWei, maxPriorityFeePerGasWei: 0n })),
      fc.record({ data: fc.uint8Array({ maxLength: 300 }).map(hexOf) }),
      fc.record({ to: fc.uint8Array({ minLength: 20, maxLength: 20 }).map(hexOf) }),
    )
    await fc.assert(
      fc.asyncProperty(change, async (changes) => {
        const isSame = Object.entries(changes).every(
          ([field, value]) => String(TX[field as keyof UnsignedTx]).toLowerCase() === String(value),
        )
        fc.pre(!isSame)
        const { sign } = gateWith(async (tx) => ok(await rawOf({ ...tx, ...changes })))
        expect(await sign()).toMatchObject({ ok: false, error: { denial: { code: 'SIGNATURE_MISMATCH' } } })
      }),
      { numRuns: 60 },
    )
  })

  test('that changes the transaction it was handed, and signs that, is caught all the same', async () => {
    const { sign, signer } = gateWith(async (tx) => {
      try {
        Object.assign(tx, { to: SIGNER_ADDRESS, data: '0x' })
      } catch {
        // Frozen, which is as well.
      }
      return ok(await rawOf({ ...tx, to: SIGNER_ADDRESS, data: '0x' }))
    })
    expect(await sign()).toMatchObject({ ok: false, error: { denial: { code: 'SIGNATURE_MISMATCH' } } })
    expect(signer.asked).toHaveLength(1)
    expect(TX.to).not.toBe(SIGNER_ADDRESS)
  })

  test('that signs with another key, or the same with a high s, is caught', async () => {
    const other = gateWith(async (tx) => ok(await rawOf(tx, OTHER_KEY)))
    expect(await other.sign()).toMatchObject({ error: { denial: { code: 'SIGNATURE_MISMATCH', figures: { field: 'from' } } } })

    const malleated = gateWith(async (tx) => {
      const signed = Transaction.from(await rawOf(tx))
      const { s } = signed.signature!
      return ok(signed.serialized.replace(s.slice(2), (GROUP_ORDER - BigInt(s)).toString(16).padStart(64, '0')) as Hex)
    })
    expect(await malleated.sign()).toMatchObject({ error: { denial: { code: 'SIGNATURE_MISMATCH', figures: { field: 'signature' } } } })
  })

  test.for(['', '0x', 'zz', '0x02', '0xc0', `0x02${'00'.repeat(200_000)}`, '\u0000', 'undefined', `0x${'g'.repeat(64)}`])(
    'that answers with garbage (%#) is caught',
    async (garbage) => {
      const { sign, fed } = gateWith(async () => ok(garbage as Hex))
      expect(await sign()).toMatchObject({ error: { denial: { code: 'SIGNATURE_MISMATCH' } } })
      expect(fed).toMatchObject([{ id: 'signer', outcome: 'failure' }])
    },
  )

  const nonsense: readonly unknown[] = [
    undefined,
    null,
    7,
    'raw',
    [],
    {},
    { ok: true },
    { ok: true, value: 7 },
    { ok: true, value: null },
    { ok: false },
    { ok: false, error: { code: 'NONSENSE' } },
    { ok: false, error: null },
  ]
  test.for(nonsense.map((answer) => [JSON.stringify({ answer }), answer] as const))(
    'that answers with no result (%s) is a failure of the signer, not of ours',
    async ([, answer]) => {
      const { sign, fed, happened } = gateWith(() => Promise.resolve(answer) as never)
      const signed = await sign()
      expect(signed.ok).toBe(false)
      expect(fed).toMatchObject([{ id: 'signer', outcome: 'failure' }])
      expect(happened).not.toContain('TransactionSigned')
    },
  )

  test('that throws, at once or later, is a failure', async () => {
    const scripts: readonly SignerScript[] = [
      () => {
        throw new Error('at once')
      },
      () => Promise.reject(new Error('later')),
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what a bad driver does
      () => Promise.reject(undefined),
    ]
    for (const script of scripts) {
      const { sign, fed, happened } = gateWith(script)
      expect(await sign()).toMatchObject({ error: { denial: { code: 'SIGNER_UNAVAILABLE' } } })
      expect(fed).toMatchObject([{ outcome: 'failure', why: 'UNAVAILABLE' }])
      expect(happened.at(-1)).toBe('SigningFailed')
    }
  })

  test('that never answers is given up after its time, and told so', async () => {
    let told: AbortSignal | undefined
    const { sign, clock, fed, happened } = gateWith((_tx, signal) => {
      told = signal
      return new Promise(() => undefined)
    })
    const signing = sign()
    await clock.advance(TIMEOUT_MS - 1)
    expect(told?.aborted).toBe(false)
    await clock.advance(1)
    expect(await signing).toMatchObject({ error: { denial: { code: 'SIGNER_UNAVAILABLE', figures: { reason: 'TIMEOUT' } } } })
    expect(told?.aborted).toBe(true)
    expect(fed).toMatchObject([{ id: 'signer', outcome: 'failure', why: 'TIMEOUT' }])
    expect(happened.at(-1)).toBe('SigningFailed')
    expect(clock.pendingTasks).toBe(0)
  })

  test('X4: that waits for its owner to open it is given up, and is no failure of the signer; one that hangs, also at the confirmation, is', async () => {
    for (const [asks, expected] of [
      [['unlock-device'], []],
      [['unlock-device', 'confirm-on-device'], ['TIMEOUT']],
      [['open-app', 'none'], []],
      [['none'], ['TIMEOUT']],
      [[], ['TIMEOUT']],
    ] as const) {
      const { gate, signer, clock, fed, happened, sign } = gateWith()
      const waits: Signer['signTransaction'] = (_tx, _signal, tell) => {
        for (const required of asks) tell?.(required)
        return new Promise(() => undefined)
      }
      Object.assign(signer, { signTransaction: waits })
      const signing = sign()
      await clock.advance(TIMEOUT_MS)
      expect(await signing).toMatchObject({ error: { denial: { figures: { reason: 'TIMEOUT' } } } })
      expect([fed.map(({ why }) => why), happened.at(-1), gate.readiness(signer.id)]).toEqual([expected, 'SigningFailed', 'ready'])
    }
  })

  test('that answers after its time changes nothing any more, rightly signed or thrown', async () => {
    for (const late of [async () => ok(await rawOf(TX)), () => Promise.reject(new Error('late'))] as const) {
      let answer: () => void = () => undefined
      const { sign, clock, happened, fed } = gateWith(() => new Promise((resolve) => (answer = () => resolve(late()))))
      const signing = sign()
      await clock.advance(TIMEOUT_MS)
      expect((await signing).ok).toBe(false)
      const before = [...happened]
      answer()
      await clock.advance(1)
      expect(happened).toEqual(before)
      expect(fed).toHaveLength(1)
    }
  })

  test('its time is no longer counted once it has answered', async () => {
    const { sign, clock } = gateWith()
    await sign()
    expect(clock.pendingTasks).toBe(0)
  })

  test.for(SIGNER_FAILURE_CODES)(
    'that says %s is answered by a denial, and counted only where it is the signer that failed',
    async (code) => {
      const { sign, fed, facts } = gateWith(async () => err({ code, detail: 'a detail' }))
      expect(await sign()).toEqual({
        ok: false,
        error: {
          denial: {
            code: code === 'LOCKED' ? 'SIGNER_LOCKED' : REFUSALS.includes(code) ? 'SIGNER_REFUSED' : 'SIGNER_UNAVAILABLE',
            figures: { reason: code, ...(code === 'DENIED_BY_POLICY' ? { why: 'a detail' } : {}) },
          },
        },
      })
      expect(fed.map(({ outcome }) => outcome)).toEqual(NO_FAULTS.includes(code) ? [] : ['failure'])
      // Our own second policy denies as a guard does; everything else is the signer's doing.
      const ours = { type: 'SigningDenied', data: { guard: 'signer-policy', code, why: 'a detail' } }
      expect(facts.at(-1)).toMatchObject(code === 'DENIED_BY_POLICY' ? ours : { type: 'SigningFailed', actor: 'system', data: { code } })
    },
  )
})

describe('X6 decision 4: when the record cannot be written', () => {
  test('before the signature, the signer is not asked', async () => {
    const { sign, signer } = gateWith(undefined, { failAt: 'SigningRequested' })
    await expect(sign()).rejects.toThrow('disk')
    expect(signer.asked).toEqual([])
  })

  test('after it, nothing comes out of the gate', async () => {
    const { sign, signer } = gateWith(undefined, { failAt: 'TransactionSigned' })
    await expect(sign()).rejects.toThrow('disk')
    expect(signer.asked).toHaveLength(1)
  })

  test.for(['SigningDenied', 'SigningFailed', 'SignatureMismatch'])('of a %s, nothing is signed either', async (failAt) => {
    const denyAll = {
      ...PASS,
      order: [
        {
          id: 'policy',
          evaluate: () => ({ guard: 'policy', outcome: 'deny', denial: { code: 'TO_NOT_ALLOWED', figures: {} }, figures: [] }),
        },
      ],
    } as unknown as GuardTable
    const script: SignerScript =
      failAt === 'SignatureMismatch' ? async (tx) => ok(await rawOf(tx, OTHER_KEY)) : () => Promise.reject(new Error('no'))
    const { sign } = gateWith(script, { failAt, ...(failAt === 'SigningDenied' ? { guards: denyAll } : {}) })
    await expect(sign()).rejects.toThrow('disk')
  })
})
