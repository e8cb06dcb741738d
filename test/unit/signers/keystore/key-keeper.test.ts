import { Transaction } from 'ethers'
import { beforeEach, describe, expect, test } from 'vitest'

import type { UnsignedTx } from '../../../../src-main/domain/evm'
import { toJson } from '../../../../src-main/lib/json'
import { MAX_UNLOCK_MS, parseAnswer } from '../../../../src-main/signers/keystore/host-protocol'
import { encryptKeystore } from '../../../../src-main/signers/keystore/web3-secret-storage'
import { verifySignedTx } from '../../../../src-main/signers/verify-signature'
import { FakeClock } from '../../../support/fake-clock'
import { InProcessHost, LIGHT_KDF, testRandom } from './in-process-host'
import { VECTOR_ADDRESS, VECTOR_KEY_HEX, VECTOR_PASSWORD } from './vectors'

const keystoreJson = await encryptKeystore(Buffer.from(VECTOR_KEY_HEX, 'hex'), Buffer.from(VECTOR_PASSWORD), testRandom, LIGHT_KDF)
const password = (text = VECTOR_PASSWORD) => new Uint8Array(Buffer.from(text))

const tx: UnsignedTx = {
  chainId: 1,
  from: VECTOR_ADDRESS,
  to: '0x00000000000000000000000000000000000000AA',
  nonce: 7,
  valueWei: 123n,
  data: '0xdeadbeef',
  gasLimit: 50_000n,
  maxFeePerGasWei: 30n,
  maxPriorityFeePerGasWei: 2n,
}

let clock: FakeClock
let host: InProcessHost
let answers: unknown[]

beforeEach(() => {
  clock = new FakeClock()
  host = new InProcessHost(clock)
  const own: unknown[] = (answers = [])
  host.onMessage((message) => own.push(message))
})

/** Sends, and gives the answer to it; undefined when there is none. */
async function ask(message: unknown): Promise<unknown> {
  const before = answers.length
  host.send(message)
  await until(() => answers.length > before || host.exitCode !== undefined)
  return answers[before]
}

/** Key derivation runs on other threads: turns of the event loop until it is done. */
async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setImmediate(resolve))
}

const isWiped = (secret: unknown) => (secret as Uint8Array).every((byte) => byte === 0)

const unlock = (more: Record<string, unknown> = {}) => ({
  op: 'unlock',
  id: 1,
  keystoreJson,
  password: password(),
  address: VECTOR_ADDRESS,
  unlockMs: 60_000,
  ...more,
})
const sign = (id: number, more: Partial<UnsignedTx> = {}) => ({ op: 'sign', id, tx: toJson({ ...tx, ...more }) })

describe('signing', () => {
  test('signs the transaction that it serialises itself', async () => {
    expect(await ask(unlock())).toEqual({ id: 1, ok: true, kind: 'unlocked', address: VECTOR_ADDRESS })
    const answer = parseAnswer(await ask(sign(2)))
    if (answer?.ok !== true || answer.kind !== 'signed') throw new Error('not signed')
    expect(verifySignedTx(answer.raw, tx).ok).toBe(true)
    expect(Transaction.from(answer.raw).from).toBe(VECTOR_ADDRESS)
  })

  test('is deterministic', async () => {
    await ask(unlock())
    const [first, second] = [await ask(sign(2)), await ask(sign(2))]
    expect(first).toEqual(second)
  })

  test('refuses while locked', async () => {
    expect(await ask(sign(1))).toMatchObject({ id: 1, ok: false, code: 'LOCKED' })
  })

  test('refuses a transaction from another address', async () => {
    await ask(unlock())
    expect(await ask(sign(2, { from: tx.to }))).toMatchObject({ ok: false, code: 'BAD_REQUEST' })
  })

  test('refuses a recipient whose checksum is wrong', async () => {
    await ask(unlock())
    expect(await ask(sign(2, { to: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaee' }))).toMatchObject({ ok: false, code: 'FAILED' })
  })

  test.each([
    ['a digest', { op: 'sign', id: 2, digest: '0x' + '11'.repeat(32) }],
    ['a digest beside the transaction', { ...sign(2), digest: '0x' + '11'.repeat(32) }],
    ['a message', { op: 'sign-message', id: 2, message: 'x' }],
    ['an unknown field of the transaction', { op: 'sign', id: 2, tx: { ...toJson(tx), accessList: [] } }],
    ['an amount as a number', { op: 'sign', id: 2, tx: { ...toJson(tx), valueWei: 1 } }],
    ['the key', { op: 'export', id: 2 }],
    ['a prototype name', { op: 'constructor', id: 2 }],
    ['a second unlock', { ...unlock(), id: 2 }],
    ['a new keystore', { op: 'create', id: 2, password: password() }],
  ])('refuses to be asked for %s', async (_name, message) => {
    await ask(unlock())
    expect(await ask(message)).toMatchObject({ id: 2, ok: false, code: 'BAD_REQUEST' })
  })

  test.each([null, 7, 'sign', [], {}, { op: 'sign' }, { op: 'sign', id: -1 }, { op: 'sign', id: '2' }])(
    'says nothing to %o',
    async (message) => {
      host.send(message)
      await ask(sign(9))
      expect(answers).toEqual([{ id: 9, ok: false, code: 'LOCKED', detail: 'no key is unlocked' }])
    },
  )
})

describe('unlocking', () => {
  test('wrong password', async () => {
    expect(await ask(unlock({ password: password('no') }))).toMatchObject({ ok: false, code: 'WRONG_PASSWORD' })
  })
  test('corrupt file', async () => {
    expect(await ask(unlock({ keystoreJson: '{}' }))).toMatchObject({ ok: false, code: 'CORRUPT_KEYSTORE' })
  })
  test('the key of another account', async () => {
    expect(await ask(unlock({ address: tx.to, keystoreJson: keystoreJson.replace(/"address":"\w+",/, '') }))).toMatchObject({
      ok: false,
      code: 'CORRUPT_KEYSTORE',
    })
    expect(await ask(sign(2))).toMatchObject({ ok: false, code: 'LOCKED' })
  })
  test.each([0, -1, 0.5, MAX_UNLOCK_MS + 1, Number.NaN, Number.POSITIVE_INFINITY, '60000'])('refuses %s ms', async (unlockMs) => {
    expect(await ask(unlock({ unlockMs }))).toMatchObject({ ok: false, code: 'BAD_REQUEST' })
  })
  test('a second one while the first is under way', async () => {
    host.send(unlock())
    expect(await ask({ ...unlock(), id: 2 })).toMatchObject({ id: 2, ok: false, code: 'BAD_REQUEST' })
  })
  test.each([['right', VECTOR_PASSWORD] as const, ['wrong', 'no'] as const])('wipes a %s password', async (_name, text) => {
    await ask(unlock({ password: password(text) }))
    await until(() => isWiped(host.received[0]!['password']))
    expect(host.received[0]!['password']).toEqual(new Uint8Array(text.length))
  })
  test('wipes the secrets of what it refuses', async () => {
    await ask({ op: 'unlock', id: 3, password: password(), privateKey: new Uint8Array(32).fill(9) })
    expect(host.received[0]!['password']).toEqual(new Uint8Array(VECTOR_PASSWORD.length))
    expect(host.received[0]!['privateKey']).toEqual(new Uint8Array(32))
  })
})

describe('forgetting', () => {
  const FAREWELL = { kind: 'farewell' }

  test('says farewell and ends when told to lock', async () => {
    await ask(unlock())
    expect(await ask({ op: 'lock', id: 2 })).toEqual(FAREWELL)
    expect(host.exitCode).toBe(0)
  })
  test('ends while still decrypting', async () => {
    host.send(unlock())
    await ask({ op: 'lock', id: 2 })
    expect(host.exitCode).toBe(0)
    await until(() => isWiped(host.received[0]!['password']))
    expect(host.answered).toEqual([FAREWELL])
  })
  test('ends when the time is up, and not before', async () => {
    await ask(unlock())
    await clock.advance(59_999)
    expect(host.exitCode).toBeUndefined()
    await clock.advance(1)
    expect(host.exitCode).toBe(0)
  })
  test('time asleep counts: the calendar ends it although the steady clock stood still', async () => {
    await ask(unlock())
    clock.jumpWall(60_000)
    await clock.advance(15_000)
    expect(host.exitCode).toBe(0)
  })
  test('a calendar that is set back does not prolong it', async () => {
    await ask(unlock())
    clock.jumpWall(-3_600_000)
    await clock.advance(60_000)
    expect(host.exitCode).toBe(0)
  })
  test('looks at the time itself before it signs', async () => {
    await ask(unlock())
    clock.jumpWall(60_000)
    expect(await ask(sign(2))).toEqual(FAREWELL)
    expect(host.exitCode).toBe(0)
  })
  test('ends when the main process is gone', async () => {
    await ask(unlock())
    host.loseParent()
    expect(host.exitCode).toBe(0)
  })
  test('ends although its farewell does not get through', async () => {
    await ask(unlock())
    host.isDeaf = true
    host.send({ op: 'lock', id: 2 })
    await clock.advance(499)
    expect(host.exitCode).toBeUndefined()
    host.send(sign(3))
    await clock.settle()
    expect(host.answered).toHaveLength(2) // unlocked, farewell; nothing is signed in between
    await clock.advance(1)
    expect(host.exitCode).toBe(0)
  })
})

describe('making keystores', () => {
  const opened = async (json: string, text: string) => {
    const fresh = new InProcessHost(clock)
    const got: unknown[] = []
    fresh.onMessage((message) => got.push(message))
    const { address } = JSON.parse(json) as { address: string }
    fresh.send({ ...unlock({ keystoreJson: json, password: password(text), address: `0x${address}` }) })
    await until(() => got.length > 0)
    return got[0]
  }

  test('a new key opens with its password', async () => {
    const answer = parseAnswer(await ask({ op: 'create', id: 1, password: password('new one') }))
    if (answer?.ok !== true || answer.kind !== 'keystore') throw new Error('not made')
    expect(await opened(answer.keystoreJson, 'new one')).toMatchObject({ ok: true, address: answer.address })
  })
  test('a typed key', async () => {
    const privateKey = new Uint8Array(Buffer.from(VECTOR_KEY_HEX, 'hex'))
    expect(await ask({ op: 'import-key', id: 1, privateKey, password: password() })).toMatchObject({ ok: true, address: VECTOR_ADDRESS })
    expect(JSON.stringify(host.answered)).not.toContain(VECTOR_KEY_HEX)
  })
  test.each([new Uint8Array(32), new Uint8Array(32).fill(255)])('refuses bytes that are no key', async (privateKey) => {
    expect(await ask({ op: 'import-key', id: 1, privateKey, password: password() })).toMatchObject({ ok: false, code: 'BAD_REQUEST' })
  })
  test("another tool's file gets our key derivation", async () => {
    const theirs = await encryptKeystore(Buffer.from(VECTOR_KEY_HEX, 'hex'), Buffer.from('weak'), testRandom, {
      kind: 'pbkdf2',
      iterations: 1,
    })
    const answer = parseAnswer(await ask({ op: 'import-json', id: 1, keystoreJson: theirs, password: password('weak') }))
    expect(answer).toMatchObject({ ok: true, kind: 'keystore', address: VECTOR_ADDRESS })
    expect(JSON.stringify(answer)).toContain('scrypt')
  })
  test('wrong password of an imported file', async () => {
    expect(await ask({ op: 'import-json', id: 1, keystoreJson, password: password('no') })).toMatchObject({
      ok: false,
      code: 'WRONG_PASSWORD',
    })
  })
  test('an empty password is refused', async () => {
    expect(await ask({ op: 'create', id: 1, password: password('') })).toMatchObject({ ok: false, code: 'BAD_REQUEST' })
  })
})
