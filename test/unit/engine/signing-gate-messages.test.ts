import { Wallet } from 'ethers'
import { describe, expect, test } from 'vitest'

import type { AuditFact } from '../../../src-main/domain/audit-event'
import type { Hex } from '../../../src-main/domain/evm'
import { SIGNING_PURPOSES } from '../../../src-main/domain/guard'
import { auditHeadMessage, authenticationMessage, type MessagePurpose } from '../../../src-main/domain/own-typed-data'
import type { TypedData } from '../../../src-main/domain/typed-data'
import type { GuardTable } from '../../../src-main/guards/guard-table'
import { SigningGate, type MessageRequest } from '../../../src-main/engine/signing-gate'
import type { GuardInput } from '../../../src-main/guards/guard'
import { buildGuardTable } from '../../../src-main/guards/guard-table'
import { runGuards } from '../../../src-main/guards/run-guards'
import { err, ok, type Result } from '../../../src-main/lib/result'
import type { Signer, SignerFailure } from '../../../src-main/signers/signer'
import { verifySignedTx } from '../../../src-main/signers/verify-signature'
import { OTHER_KEY, SIGNER_ADDRESS, SIGNER_KEY } from '../../support/app/bench-chain'
import { ScriptedSigner } from '../../support/app/scripted-signer'
import { FakeClock } from '../../support/fake-clock'

const TIMEOUT_MS = 120_000
const HEAD = auditHeadMessage({ environment: 'testnet', seq: 7, hash: `0x${'ab'.repeat(32)}`, atMs: 1 })
const PASS: GuardTable = Object.fromEntries(SIGNING_PURPOSES.map((purpose) => [purpose, []])) as unknown as GuardTable
/** The order of secp256k1. */
const GROUP_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

async function signatureOf({ domain, types, message }: TypedData, key = SIGNER_KEY): Promise<Hex> {
  return (await new Wallet(key).signTypedData(domain, types as never, message)) as Hex
}

/** The same signature with the other s, which recovers to the same address where nobody looks. */
function highS(signature: Hex): Hex {
  const s = GROUP_ORDER - BigInt(`0x${signature.slice(66, 130)}`)
  return `0x${signature.slice(2, 66)}${s.toString(16).padStart(64, '0')}${signature.endsWith('1b') ? '1c' : '1b'}`
}

type Script = (typedData: TypedData, signal: AbortSignal) => Promise<Result<Hex, SignerFailure>>

function gateWith(
  script: Script | null = async (typedData) => ok(await signatureOf(typedData)),
  options: { guards?: GuardTable; failAt?: string } = {},
) {
  const happened: string[] = []
  const facts: AuditFact[] = []
  const fed: string[] = []
  const clock = new FakeClock()
  const plain = new ScriptedSigner()
  const signer: Signer = Object.assign(plain, {
    ...(script === null
      ? {}
      : {
          signTypedData: (typedData: TypedData, signal: AbortSignal) => {
            happened.push('asked the signer')
            return script(typedData, signal)
          },
        }),
  })
  const gate = new SigningGate({
    signerOf: (id) => (id === signer.id ? signer : null),
    guards: options.guards ?? PASS,
    runGuards,
    verify: verifySignedTx,
    audit: {
      append: (fact) => {
        if (fact.type === options.failAt) throw new Error('the disk is full')
        happened.push(fact.type)
        facts.push(fact)
        return { seq: facts.length, hashHex: '' }
      },
      anchorNow: () => void happened.push('anchored'),
    },
    recordAnyway: () => {
      throw new Error('a message always waits for its record')
    },
    breakers: {
      views: () => {
        throw new Error('not asked here')
      },
      record: (_id, outcome, { why }) => fed.push(why === undefined ? outcome : `${outcome} ${why}`),
      acquireProbes: () => undefined,
      releaseProbes: () => undefined,
      probes: () => [],
    },
    scheduler: clock,
    timeoutMs: TIMEOUT_MS,
  })
  const sign = (changed: Partial<MessageRequest> = {}) =>
    gate.signTypedData({
      purpose: 'audit-head',
      subject: 'head of entry 7',
      signerId: signer.id,
      address: SIGNER_ADDRESS,
      by: 'ada',
      typedData: HEAD,
      facts: {} as GuardInput,
      ...changed,
    })
  return { sign, happened, facts, fed, clock }
}

const reasonOf = async (signing: ReturnType<ReturnType<typeof gateWith>['sign']>): Promise<string> => {
  const signed = await signing
  if (signed.ok) return 'signed'
  const { code, figures } = signed.error.denial
  return `${code} ${figures['field'] ?? figures['reason'] ?? ''}`.trim()
}

describe('B3 B6: messages of our own pass the signing gate', () => {
  test('recorded before, verified, recorded after, and anchored', async () => {
    const { sign, happened, facts, fed } = gateWith()
    const signature = await signatureOf(HEAD)
    expect(await sign()).toEqual({ ok: true, value: { signature, kind: 'keystore' } })
    expect(happened).toEqual(['SigningRequested', 'asked the signer', 'MessageSigned', 'anchored'])
    expect(facts[0]).toMatchObject({
      category: 'KEY_OPERATION',
      actor: 'ada',
      data: { purpose: 'audit-head', primaryType: 'AuditHead', message: { seq: '7', hash: `0x${'ab'.repeat(32)}` } },
    })
    expect(fed).toEqual(['success'])
  })

  test.for<[string, Script, string, string]>([
    ['another key', async (data) => ok(await signatureOf(data, OTHER_KEY)), 'SIGNATURE_MISMATCH from', 'failure SIGNATURE_MISMATCH'],
    [
      'other data',
      async (data) => ok(await signatureOf({ ...data, message: { ...data.message, seq: '8' } })),
      'SIGNATURE_MISMATCH from',
      'failure SIGNATURE_MISMATCH',
    ],
    ['a high s', async (data) => ok(highS(await signatureOf(data))), 'SIGNATURE_MISMATCH signature', 'failure SIGNATURE_MISMATCH'],
    ['64 bytes', async (data) => ok((await signatureOf(data)).slice(0, -2) as Hex), 'SIGNATURE_MISMATCH raw', 'failure SIGNATURE_MISMATCH'],
    [
      'v of 0 or 1',
      async (data) => ok(`${(await signatureOf(data)).slice(0, -2)}00` as Hex),
      'SIGNATURE_MISMATCH signature',
      'failure SIGNATURE_MISMATCH',
    ],
    ['zeros', async () => ok(`0x${'00'.repeat(64)}1b` as Hex), 'SIGNATURE_MISMATCH signature', 'failure SIGNATURE_MISMATCH'],
    ['no signature at all', async () => undefined as never, 'SIGNER_UNAVAILABLE BAD_ANSWER', 'failure BAD_ANSWER'],
  ])('B3: nothing is believed of a signer that answers %s', async ([, script, reason, heard]) => {
    const { sign, happened, fed } = gateWith(script)
    expect(await reasonOf(sign())).toBe(reason)
    expect(happened).not.toContain('MessageSigned')
    expect(fed).toEqual([heard])
  })

  test('B3: a signer that changes what it was handed changes nothing of what it is compared with', async () => {
    const { sign } = gateWith(async (data) => {
      ;(data.message as Record<string, string>)['seq'] = '8'
      return ok(await signatureOf(data))
    })
    expect(await reasonOf(sign())).toBe('SIGNATURE_MISMATCH from')
  })

  test('B6: somebody who says no is no fault of the signer; nor is one who gives up, who is not waited for', async () => {
    const no = gateWith(async () => err({ code: 'REJECTED_BY_USER', detail: '' }))
    expect(await reasonOf(no.sign())).toBe('SIGNER_REFUSED REJECTED_BY_USER')
    expect(no.fed).toEqual([])

    let told: AbortSignal | null = null
    const never = gateWith((_data, signal) => {
      told = signal
      return new Promise(() => undefined)
    })
    const stop = new AbortController()
    const signing = never.sign({ signal: stop.signal })
    stop.abort()
    expect(await reasonOf(signing)).toBe('SIGNER_REFUSED REJECTED_BY_USER')
    expect((told as AbortSignal | null)?.aborted).toBe(true)
    expect(never.fed).toEqual([])
    expect(await reasonOf(gateWith().sign({ signal: AbortSignal.abort() }))).toBe('SIGNER_REFUSED REJECTED_BY_USER')
  })

  test('B3: a signer that never answers is not waited for longer than it may take', async () => {
    const { sign, clock, fed } = gateWith(() => new Promise(() => undefined))
    const signing = sign()
    await clock.advance(TIMEOUT_MS)
    expect(await reasonOf(signing)).toBe('SIGNER_UNAVAILABLE TIMEOUT')
    expect(fed).toEqual(['failure TIMEOUT'])
  })

  test('B3: what cannot be recorded before is not signed', async () => {
    const { sign, happened } = gateWith(undefined, { failAt: 'SigningRequested' })
    await expect(sign()).rejects.toThrow('the disk is full')
    expect(happened).toEqual([])
  })

  test('B3: a kind that signs no typed data says so', async () => {
    expect(await reasonOf(gateWith(null).sign())).toBe('SIGNER_UNAVAILABLE NOT_SUPPORTED')
  })
})

describe('C6: the closed list of messages, by the real guards of their purposes', () => {
  const policy = { signerAddresses: [SIGNER_ADDRESS.toLowerCase()] }
  const { 'audit-head': head, auth } = buildGuardTable()
  const real: GuardTable = { ...PASS, 'audit-head': head, auth }
  const facts = { policy: { kind: 'loaded', policy }, tx: null, call: null, request: null } as unknown as GuardInput
  const AUTH = authenticationMessage({
    act: 'release-halt',
    subject: '',
    requestHash: `0x${'01'.repeat(32)}`,
    nonce: `0x${'02'.repeat(32)}`,
    atMs: 1,
  })

  test.for<[string, MessagePurpose, TypedData, string]>([
    ['a head', 'audit-head', HEAD, 'signed'],
    ['an authentication', 'auth', AUTH, 'signed'],
    ['an authentication in place of a head', 'audit-head', AUTH, 'CALLDATA_UNDECODABLE'],
    ['a head in place of an authentication', 'auth', HEAD, 'CALLDATA_UNDECODABLE'],
    ['a head that a contract could take', 'audit-head', { ...HEAD, domain: { ...HEAD.domain, chainId: '1' } }, 'CALLDATA_UNDECODABLE'],
    ['a head with a field more', 'audit-head', { ...HEAD, message: { ...HEAD.message, more: '1' } }, 'CALLDATA_UNDECODABLE'],
    [
      'a permit',
      'auth',
      {
        domain: { name: 'USDC', version: '2', chainId: '1', verifyingContract: SIGNER_ADDRESS },
        types: { Permit: [{ name: 'value', type: 'uint256' }] },
        primaryType: 'Permit',
        message: { value: '1' },
      },
      'CALLDATA_UNDECODABLE',
    ],
  ])('C6: %s', async ([, purpose, typedData, outcome]) => {
    const { sign, happened } = gateWith(undefined, { guards: real })
    expect(await reasonOf(sign({ purpose, typedData, facts }))).toBe(outcome)
    expect(happened.includes('asked the signer')).toBe(outcome === 'signed')
  })

  test('C6: by an address that the policy does not name', async () => {
    const { sign, happened } = gateWith(undefined, { guards: real })
    expect(await reasonOf(sign({ facts: { ...facts, policy: { kind: 'loaded', policy: { signerAddresses: [] } } } as never }))).toMatch(
      /^SIGNER_NOT_ALLOWED/,
    )
    expect(happened).toEqual(['SigningDenied'])
  })
})
