import { Wallet } from 'ethers'
import { beforeEach, describe, expect, test } from 'vitest'

import { CHALLENGE_MS, DeviceChallenges, type DeviceClaim } from '../../../src-main/authority/device-challenges'
import type { Hex } from '../../../src-main/domain/evm'
import { authenticationMessage, type AuthenticationStatement } from '../../../src-main/domain/own-typed-data'
import { verifyTypedData } from '../../../src-main/signers/verify-signature'
import { OTHER_KEY, SIGNER_ADDRESS, SIGNER_KEY } from '../../support/app/bench-chain'
import { FakeClock } from '../../support/fake-clock'

const CLAIM: DeviceClaim = { act: 'release-halt', subject: 'testnet', requestHash: `0x${'ab'.repeat(32)}` }
let clock: FakeClock
let drawn = 0
let challenges: DeviceChallenges

beforeEach(() => {
  clock = new FakeClock()
  challenges = new DeviceChallenges({
    clock,
    random: { bytes: (length: number) => new Uint8Array(length).fill(++drawn), uuid: () => '' },
    isSignedBy: (statement, signature, address) => verifyTypedData(signature, authenticationMessage(statement), address).ok,
  })
})

async function sign(statement: AuthenticationStatement, key = SIGNER_KEY): Promise<Hex> {
  const { domain, types, message } = authenticationMessage(statement)
  return (await new Wallet(key).signTypedData(domain, types as never, message)) as Hex
}

describe('B6: what a device signs proves one approval, once', () => {
  test('B6: the signature of the device over what it was asked', async () => {
    const statement = challenges.issue(CLAIM)
    expect(statement).toEqual({ ...CLAIM, nonce: statement.nonce, atMs: clock.wallMs() })
    expect(challenges.redeem(statement.nonce, await sign(statement), SIGNER_ADDRESS)).toEqual({ ok: true, value: undefined })
  })

  test('B6: a signature that was used proves nothing again', async () => {
    const statement = challenges.issue(CLAIM)
    const signature = await sign(statement)
    challenges.redeem(statement.nonce, signature, SIGNER_ADDRESS)
    expect(challenges.redeem(statement.nonce, signature, SIGNER_ADDRESS)).toEqual({ ok: false, error: 'UNKNOWN' })
    // Nor for a challenge of the same act: its number is another.
    const next = challenges.issue(CLAIM)
    expect(challenges.redeem(next.nonce, signature, SIGNER_ADDRESS)).toEqual({ ok: false, error: 'NOT_SIGNED' })
  })

  test('B6: a wrong answer uses the challenge up as well', async () => {
    const statement = challenges.issue(CLAIM)
    expect(challenges.redeem(statement.nonce, await sign(statement, OTHER_KEY), SIGNER_ADDRESS).ok).toBe(false)
    expect(challenges.redeem(statement.nonce, await sign(statement), SIGNER_ADDRESS)).toEqual({ ok: false, error: 'UNKNOWN' })
  })

  test.for<[string, Partial<AuthenticationStatement>]>([
    ['another act', { act: 'change-limits' }],
    ['something else', { subject: 'paper' }],
    ['another request', { requestHash: `0x${'cd'.repeat(32)}` }],
    ['another number', { nonce: `0x${'ef'.repeat(32)}` }],
    ['another time', { atMs: 1 }],
  ])('B6: a signature over %s proves nothing', async ([, changed]) => {
    const statement = challenges.issue(CLAIM)
    const signature = await sign({ ...statement, ...changed })
    expect(challenges.redeem(statement.nonce, signature, SIGNER_ADDRESS)).toEqual({ ok: false, error: 'NOT_SIGNED' })
  })

  test('B6: nor one of another device, nor one that nobody asked for', async () => {
    const statement = challenges.issue(CLAIM)
    expect(challenges.redeem(statement.nonce, await sign(statement, OTHER_KEY), SIGNER_ADDRESS)).toEqual({ ok: false, error: 'NOT_SIGNED' })
    const own: AuthenticationStatement = { ...CLAIM, nonce: `0x${'11'.repeat(32)}`, atMs: clock.wallMs() }
    expect(challenges.redeem(own.nonce, await sign(own), SIGNER_ADDRESS)).toEqual({ ok: false, error: 'UNKNOWN' })
  })

  test('B6: it is good for two minutes, whatever is done to the calendar', async () => {
    const inTime = challenges.issue(CLAIM)
    const late = challenges.issue(CLAIM)
    const signatures = [await sign(inTime), await sign(late)] as const
    await clock.advance(CHALLENGE_MS - 1)
    expect(challenges.redeem(inTime.nonce, signatures[0], SIGNER_ADDRESS).ok).toBe(true)
    await clock.advance(1)
    clock.jumpWall(-CHALLENGE_MS)
    expect(challenges.redeem(late.nonce, signatures[1], SIGNER_ADDRESS)).toEqual({ ok: false, error: 'EXPIRED' })
  })

  test('B6: so many are open at once and no more; the oldest goes first', async () => {
    const all = Array.from({ length: 17 }, () => challenges.issue(CLAIM))
    const [first, second] = all
    expect(challenges.redeem(first!.nonce, await sign(first!), SIGNER_ADDRESS)).toEqual({ ok: false, error: 'UNKNOWN' })
    expect(challenges.redeem(second!.nonce, await sign(second!), SIGNER_ADDRESS).ok).toBe(true)
  })
})
