import { beforeEach, describe, expect, test } from 'vitest'

import type { UnsignedTx } from '../../../../src-main/domain/evm'
import type { HostRequest, KeyHostPort } from '../../../../src-main/signers/keystore/host-protocol'
import { createKeystoreSigner, type KeystoreSigner, type KeystoreSignerParts } from '../../../../src-main/signers/keystore/keystore-signer'
import { encryptKeystore } from '../../../../src-main/signers/keystore/web3-secret-storage'
import { verifySignedTx } from '../../../../src-main/signers/verify-signature'
import { FakeClock } from '../../../support/fake-clock'
import { InProcessHost, LIGHT_KDF, testRandom } from './in-process-host'
import { VECTOR_ADDRESS, VECTOR_KEY_HEX, VECTOR_PASSWORD } from './vectors'

const keystoreJson = await encryptKeystore(Buffer.from(VECTOR_KEY_HEX, 'hex'), Buffer.from(VECTOR_PASSWORD), testRandom, LIGHT_KDF)
const typed = (text = VECTOR_PASSWORD) => Buffer.from(text)

const tx: UnsignedTx = {
  chainId: 31337,
  from: VECTOR_ADDRESS,
  to: '0x00000000000000000000000000000000000000AA',
  nonce: 0,
  valueWei: 1n,
  data: '0x',
  gasLimit: 21_000n,
  maxFeePerGasWei: 2n,
  maxPriorityFeePerGasWei: 1n,
}

/** A host that answers as the test says: what a compromised or broken one might do. */
class ScriptedHost implements KeyHostPort {
  readonly posted: HostRequest[] = []
  killed = false
  onPost: (message: HostRequest) => void = () => {}
  answer: (message: unknown) => void = () => {}
  exit: (code: number | null) => void = () => {}
  post(message: HostRequest): void {
    this.posted.push(message)
    this.onPost(message)
  }
  onMessage(listener: (message: unknown) => void): void {
    this.answer = listener
  }
  onExit(listener: (code: number | null) => void): void {
    this.exit = listener
  }
  /** Ends as a host does that was told to, or whose time is up. */
  leave(): void {
    this.answer({ kind: 'farewell' })
    this.exit(0)
  }
  kill(): void {
    this.killed = true
    this.exit(null)
  }
}

let clock: FakeClock
let hosts: InProcessHost[]

beforeEach(() => {
  clock = new FakeClock()
  hosts = []
})

function makeSigner(more: Partial<KeystoreSignerParts> = {}): KeystoreSigner {
  return createKeystoreSigner({
    id: 'main',
    address: VECTOR_ADDRESS.toLowerCase(),
    spawnHost: () => {
      const host = new InProcessHost(clock)
      hosts.push(host)
      return host
    },
    readKeystore: () => Promise.resolve(keystoreJson),
    clock,
    scheduler: clock,
    ...more,
  })
}
const never = new AbortController().signal

describe('with the real key host code', () => {
  test('signs between unlock and lock, and only then', async () => {
    const signer = makeSigner()
    expect(signer.address).toBe(VECTOR_ADDRESS)
    expect(signer.health()).toMatchObject({ status: 'locked', locksAtMs: null, lastSuccessMs: null })
    expect(await signer.signTransaction(tx, never)).toMatchObject({ ok: false, error: { code: 'LOCKED' } })

    const password = typed()
    expect(await signer.unlock(password, 60_000)).toEqual({ ok: true, value: { locksAtMs: clock.wallMs() + 60_000 } })
    expect(password).toEqual(Buffer.alloc(VECTOR_PASSWORD.length))
    expect(signer.health()).toMatchObject({ status: 'ready', locksAtMs: clock.wallMs() + 60_000, lastSuccessMs: clock.wallMs() })

    const signed = await signer.signTransaction(tx, never)
    expect(signed.ok && verifySignedTx(signed.value, tx).ok).toBe(true)

    await signer.lock()
    expect(hosts[0]!.exitCode).toBe(0)
    expect(signer.health()).toMatchObject({ status: 'locked', locksAtMs: null })
    expect(await signer.signTransaction(tx, never)).toMatchObject({ ok: false, error: { code: 'LOCKED' } })
  })

  test('the key never crosses to the main side', async () => {
    const signer = makeSigner()
    await signer.unlock(typed(), 60_000)
    await signer.signTransaction(tx, never)
    const crossed = JSON.stringify(hosts[0]!.answered)
    expect(hosts[0]!.answered).toHaveLength(2)
    expect(crossed).not.toContain(VECTOR_KEY_HEX)
    expect(crossed).not.toContain(VECTOR_PASSWORD)
  })

  test('locks itself when the time is up', async () => {
    const signer = makeSigner()
    await signer.unlock(typed(), 1_000)
    await clock.advance(1_000)
    expect(hosts[0]!.exitCode).toBe(0)
    expect(signer.health()).toMatchObject({ status: 'locked', detail: '' })
  })

  test('after a time asleep it is locked at once, before the host has noticed', async () => {
    const signer = makeSigner()
    await signer.unlock(typed(), 1_000)
    clock.jumpWall(1_000)
    expect(signer.health().status).toBe('locked')
    expect(await signer.signTransaction(tx, never)).toMatchObject({ ok: false, error: { code: 'LOCKED' } })
    await clock.settle()
    expect(hosts[0]!.exitCode).toBe(0)
  })

  test.each([
    ['WRONG_PASSWORD', 'no', keystoreJson],
    ['CORRUPT_KEYSTORE', VECTOR_PASSWORD, '{"version":3}'],
  ])('%s leaves it locked, its host gone and the password wiped', async (code, text, json) => {
    const signer = makeSigner({ readKeystore: () => Promise.resolve(json) })
    const password = typed(text)
    expect(await signer.unlock(password, 60_000)).toMatchObject({ ok: false, error: { code } })
    expect(hosts[0]!.exitCode).toBe(0)
    expect(password.every((byte) => byte === 0)).toBe(true)
    expect(signer.health()).toMatchObject({ status: 'locked', detail: expect.stringMatching(/./) as string })
  })

  test('a file that cannot be read', async () => {
    const signer = makeSigner({ readKeystore: () => Promise.reject(new Error('ENOENT')) })
    expect(await signer.unlock(typed(), 60_000)).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } })
    expect(hosts[0]!.exitCode).toBe(0)
  })

  test('the key of another account is refused', async () => {
    const signer = makeSigner({ address: tx.to })
    expect(await signer.unlock(typed(), 60_000)).toMatchObject({ ok: false, error: { code: 'CORRUPT_KEYSTORE' } })
  })

  test.each([0, -1, 1.5, Number.NaN, 24 * 3_600_000])('an unlock time of %s ms is refused before anything is started', async (unlockMs) => {
    const signer = makeSigner()
    const password = typed()
    expect((await signer.unlock(password, unlockMs)).ok).toBe(false)
    expect(hosts).toHaveLength(0)
    expect(password.every((byte) => byte === 0)).toBe(true)
  })

  test('unlocking again starts a new span in a new process and ends the old one', async () => {
    const signer = makeSigner()
    await signer.unlock(typed(), 1_000)
    await clock.advance(500)
    expect((await signer.unlock(typed(), 60_000)).ok).toBe(true)
    await clock.settle()
    expect(hosts.map((host) => host.exitCode)).toEqual([0, undefined])
    await clock.advance(1_000)
    expect((await signer.signTransaction(tx, never)).ok).toBe(true)
  })

  test('a mistyped password while unlocked changes nothing', async () => {
    const signer = makeSigner()
    await signer.unlock(typed(), 60_000)
    expect(await signer.unlock(typed('no'), 60_000)).toMatchObject({ ok: false, error: { code: 'WRONG_PASSWORD' } })
    expect((await signer.signTransaction(tx, never)).ok).toBe(true)
  })

  test('locking while it is being unlocked wins', async () => {
    const signer = makeSigner()
    const unlocking = signer.unlock(typed(), 60_000)
    await signer.lock()
    expect(await unlocking).toMatchObject({ ok: false, error: { code: 'LOCKED' } })
    expect(signer.health().status).toBe('locked')
    expect(hosts.every((host) => host.exitCode === 0)).toBe(true)
  })

  test('two unlocks at once: the second is refused', async () => {
    const signer = makeSigner()
    const [first, second] = await Promise.all([signer.unlock(typed(), 60_000), signer.unlock(typed(), 60_000)])
    expect([first.ok, second.ok]).toEqual([true, false])
    expect(hosts).toHaveLength(1)
  })
})

describe('prepared while the password is asked for', () => {
  const exits = () => hosts.map((host) => host.exitCode)

  test('the process that was started beforehand, and told nothing, is the one that unlocks', async () => {
    const signer = makeSigner()
    const asksNoMore = signer.prepare()
    await clock.settle()
    expect(hosts.map((host) => host.posted)).toEqual([[]])
    expect((await signer.unlock(typed(), 60_000)).ok).toBe(true)
    await asksNoMore()
    expect(exits()).toEqual([undefined])
    expect((await signer.signTransaction(tx, never)).ok).toBe(true)
  })

  test('one that is not used is ended with the question, having heard nothing but that', async () => {
    const signer = makeSigner()
    await signer.prepare()()
    expect(exits()).toEqual([0])
    expect(hosts[0]!.posted).toEqual([{ op: 'lock', id: 1 }])
    expect(signer.health()).toMatchObject({ status: 'locked', detail: '' })
  })

  test.each([
    [
      'was killed',
      (host: InProcessHost) => {
        host.kill()
      },
    ],
    [
      'says something nobody asked for',
      (host: InProcessHost) => {
        host.speak({ kind: 'key' })
      },
    ],
    [
      'ends by itself',
      (host: InProcessHost) => {
        host.send({ op: 'lock', id: 9 })
      },
    ],
  ])('one that %s meanwhile is not used: another one is started', async (_what, happens) => {
    const signer = makeSigner()
    const asksNoMore = signer.prepare()
    happens(hosts[0]!)
    await clock.settle()
    expect((await signer.unlock(typed(), 60_000)).ok).toBe(true)
    await asksNoMore()
    expect(exits().map((code) => code === undefined)).toEqual([false, true])
    expect(JSON.stringify(hosts[0]!.posted)).not.toContain('unlock')
  })

  test('a wrong password costs the process its life, and the next try finds a fresh one', async () => {
    const signer = makeSigner()
    const asksNoMore = signer.prepare()
    expect(await signer.unlock(typed('no'), 60_000)).toMatchObject({ ok: false, error: { code: 'WRONG_PASSWORD' } })
    expect(exits()).toEqual([0, undefined])
    expect(hosts[1]!.posted).toEqual([])
    expect((await signer.unlock(typed(), 60_000)).ok).toBe(true)
    await asksNoMore()
    expect(exits()).toEqual([0, undefined])
    expect((await signer.signTransaction(tx, never)).ok).toBe(true)
  })

  test('locked while prepared, it is ended, and none is started any more', async () => {
    const signer = makeSigner()
    const asksNoMore = signer.prepare()
    await signer.lock()
    expect(exits()).toEqual([0])
    expect((await signer.unlock(typed('no'), 60_000)).ok).toBe(false)
    await asksNoMore()
    expect(exits()).toEqual([0, 0])
  })

  test('locked, or asked for no more, while it is being unlocked, nothing is left running', async () => {
    const signer = makeSigner()
    const asksNoMore = signer.prepare()
    const wrong = signer.unlock(typed('no'), 60_000)
    await asksNoMore()
    expect((await wrong).ok).toBe(false)
    signer.prepare()
    const unlocking = signer.unlock(typed(), 60_000)
    await signer.lock()
    expect(await unlocking).toMatchObject({ ok: false, error: { code: 'LOCKED' } })
    expect(exits()).toEqual([0, 0])
  })

  test('asked for in two places there is one process, until neither asks', async () => {
    const signer = makeSigner()
    const first = signer.prepare()
    const second = signer.prepare()
    await first()
    expect(exits()).toEqual([undefined])
    await second()
    expect(exits()).toEqual([0])
  })

  test('asked for while it is being unlocked, none is started', async () => {
    const signer = makeSigner()
    const unlocking = signer.unlock(typed(), 60_000)
    const asksNoMore = signer.prepare()
    expect((await unlocking).ok).toBe(true)
    await asksNoMore()
    expect(exits()).toEqual([undefined])
  })

  test('what is open stays open, and is ended by the next that opens', async () => {
    const signer = makeSigner()
    await signer.unlock(typed(), 60_000)
    const asksNoMore = signer.prepare()
    expect((await signer.signTransaction(tx, never)).ok).toBe(true)
    expect((await signer.unlock(typed(), 60_000)).ok).toBe(true)
    await asksNoMore()
    await clock.settle()
    expect(exits()).toEqual([0, undefined])
  })

  test('where none can be started, the unlock says so', async () => {
    const signer = makeSigner({
      spawnHost: () => {
        throw new Error('spawn EAGAIN')
      },
    })
    const asksNoMore = signer.prepare()
    expect(await signer.unlock(typed(), 60_000)).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } })
    await asksNoMore()
  })
})

describe('with a host that misbehaves', () => {
  let host: ScriptedHost
  let signer: KeystoreSigner

  beforeEach(async () => {
    host = new ScriptedHost()
    host.onPost = (message) => {
      if (message.op === 'unlock') host.answer({ id: message.id, ok: true, kind: 'unlocked', address: VECTOR_ADDRESS })
      if (message.op === 'lock') host.leave()
    }
    signer = makeSigner({ spawnHost: () => host })
    await signer.unlock(typed(), 60_000)
  })

  test('a crash while signing is UNAVAILABLE, and locked from then on', async () => {
    const signing = signer.signTransaction(tx, never)
    host.exit(11)
    expect(await signing).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } })
    expect(signer.health()).toMatchObject({ status: 'locked', detail: expect.stringContaining('exit code 11') as string })
    expect(await signer.signTransaction(tx, never)).toMatchObject({ ok: false, error: { code: 'LOCKED' } })
  })

  test('a host killed by a signal', async () => {
    host.exit(null)
    expect(signer.health()).toMatchObject({ status: 'locked', detail: expect.stringContaining('killed') as string })
  })

  test('an end as intended while signing is LOCKED', async () => {
    const signing = signer.signTransaction(tx, never)
    host.leave()
    expect(await signing).toMatchObject({ ok: false, error: { code: 'LOCKED' } })
    expect(signer.health()).toMatchObject({ status: 'locked' })
    expect(clock.pendingTasks).toBe(0)
  })

  test('an end without farewell is a failure, even with exit code 0', async () => {
    const signing = signer.signTransaction(tx, never)
    host.exit(0)
    expect(await signing).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } })
  })

  test('after its farewell it is asked nothing more, and killed if it stays', async () => {
    host.answer({ kind: 'farewell' })
    const before = host.posted.length
    expect(await signer.signTransaction(tx, never)).toMatchObject({ ok: false, error: { code: 'LOCKED' } })
    expect(host.posted).toHaveLength(before)
    await clock.advance(2_000)
    expect(host.killed).toBe(true)
  })

  test('silence becomes TIMEOUT after 8 s and costs it its life; a late answer is ignored', async () => {
    const signing = signer.signTransaction(tx, never)
    const late = host.answer
    await clock.advance(7_999)
    expect(host.killed).toBe(false)
    await clock.advance(1)
    expect(await signing).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } })
    expect(host.killed).toBe(true)
    late({ id: host.posted.at(-1)!.id, ok: true, kind: 'signed', raw: '0x02' })
    expect(signer.health().status).toBe('locked')
  })

  test('an abort gives up the answer, not the host', async () => {
    const abort = new AbortController()
    const signing = signer.signTransaction(tx, abort.signal)
    abort.abort()
    expect(await signing).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } })
    host.answer({ id: host.posted.at(-1)!.id, ok: true, kind: 'signed', raw: '0x02' })
    expect(host.killed).toBe(false)
    expect(signer.health().status).toBe('ready')
    expect(clock.pendingTasks).toBe(0)
  })

  test('an abort beforehand asks nothing', async () => {
    const before = host.posted.length
    expect(await signer.signTransaction(tx, AbortSignal.abort())).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } })
    expect(host.posted).toHaveLength(before)
  })

  test.each([
    ['no object', 'signed'],
    ['an unknown kind', { id: 2, ok: true, kind: 'key', key: '00' }],
    ['a member too many', { id: 2, ok: true, kind: 'signed', raw: '0x02', key: '00' }],
    ['no hex', { id: 2, ok: true, kind: 'signed', raw: '0xZZ' }],
    ['an oversized answer', { id: 2, ok: true, kind: 'signed', raw: `0x${'00'.repeat(131_073)}` }],
    ['an unknown failure code', { id: 2, ok: false, code: 'OK', detail: '' }],
  ])('%s ends it with BAD_ANSWER', async (_name, answer) => {
    const signing = signer.signTransaction(tx, never)
    host.answer(answer)
    expect(await signing).toMatchObject({ ok: false, error: { code: 'BAD_ANSWER' } })
    expect(host.killed).toBe(true)
    expect(signer.health().status).toBe('locked')
  })

  test('an answer to another question is not taken for a signature', async () => {
    const signing = signer.signTransaction(tx, never)
    host.answer({ id: 2, ok: true, kind: 'unlocked', address: VECTOR_ADDRESS })
    expect(await signing).toMatchObject({ ok: false, error: { code: 'BAD_ANSWER' } })
  })

  test('answers are matched by number, in whatever order they come', async () => {
    const first = signer.signTransaction(tx, never)
    const second = signer.signTransaction({ ...tx, nonce: 1 }, never)
    const [a, b] = host.posted.slice(-2)
    host.answer({ id: b!.id, ok: true, kind: 'signed', raw: '0x02bb' })
    host.answer({ id: a!.id, ok: true, kind: 'signed', raw: '0x02aa' })
    expect([await first, await second]).toEqual([
      { ok: true, value: '0x02aa' },
      { ok: true, value: '0x02bb' },
    ])
  })

  test('what was signed before a lock is not handed out after it', async () => {
    const signing = signer.signTransaction(tx, never)
    host.onPost = () => {
      host.answer({ id: host.posted.at(-2)!.id, ok: true, kind: 'signed', raw: '0x02' })
      host.leave()
    }
    await signer.lock()
    expect(await signing).toMatchObject({ ok: false, error: { code: 'LOCKED' } })
  })

  test('a host that does not end when told is killed, and lock() resolves', async () => {
    host.onPost = () => {}
    const locking = signer.lock()
    expect(signer.health().status).toBe('locked')
    await clock.advance(2_000)
    await locking
    expect(host.killed).toBe(true)
  })

  test('a channel that is gone is UNAVAILABLE', async () => {
    host.onPost = () => {
      throw new Error('ERR_IPC_CHANNEL_CLOSED')
    }
    expect(await signer.signTransaction(tx, never)).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } })
  })
})

test('a host that unlocks another key than the one asked for is not used', async () => {
  const host = new ScriptedHost()
  host.onPost = (message) => {
    if (message.op === 'unlock') host.answer({ id: message.id, ok: true, kind: 'unlocked', address: tx.to })
    else host.exit(0)
  }
  const signer = makeSigner({ spawnHost: () => host })
  expect(await signer.unlock(typed(), 60_000)).toMatchObject({ ok: false, error: { code: 'BAD_ANSWER' } })
  expect(signer.health().status).toBe('locked')
})

test('a host that cannot be started', async () => {
  const password = typed()
  const signer = makeSigner({
    spawnHost: () => {
      throw new Error('spawn EAGAIN')
    },
  })
  expect(await signer.unlock(password, 60_000)).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } })
  expect(password.every((byte) => byte === 0)).toBe(true)
})

test('an unlock that never ends is given up after its own time', async () => {
  const host = new ScriptedHost()
  const signer = makeSigner({ spawnHost: () => host, unlockTimeoutMs: 10_000 })
  const unlocking = signer.unlock(typed(), 60_000)
  await clock.advance(10_000)
  expect(await unlocking).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } })
  expect(host.killed).toBe(true)
})
