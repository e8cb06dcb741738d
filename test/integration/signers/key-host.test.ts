import { spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, expect, test } from 'vitest'

import type { UnsignedTx } from '../../../src-main/domain/evm'
import { systemClock, systemScheduler } from '../../../src-main/lib/clock'
import { createKeystoreSigner } from '../../../src-main/signers/keystore/keystore-signer'
import { DEFAULT_KDF, encryptKeystore } from '../../../src-main/signers/keystore/web3-secret-storage'
import { verifySignedTx } from '../../../src-main/signers/verify-signature'
import { forkKeyHost, type ForkedHost } from './fork-key-host'

const KEY_HEX = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d'
const ADDRESS = '0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b'
const PASSWORD = 'testpassword'
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const tx: UnsignedTx = {
  chainId: 1,
  from: ADDRESS,
  to: '0x7a250d5630B4cF539739dF2C5dAcb4c659F2488D',
  nonce: 3,
  valueWei: 5n,
  data: '0x1234',
  gasLimit: 100_000n,
  maxFeePerGasWei: 30_000_000_000n,
  maxPriorityFeePerGasWei: 1_000_000_000n,
}
const never = new AbortController().signal

let keystoreJson: string
let hosts: ForkedHost[] = []

beforeAll(async () => {
  const random = { bytes: (length: number) => randomBytes(length), uuid: () => randomUUID() }
  keystoreJson = await encryptKeystore(Buffer.from(KEY_HEX, 'hex'), Buffer.from(PASSWORD), random, DEFAULT_KDF)
})

afterEach(() => {
  for (const host of hosts) host.kill()
  hosts = []
})

function startHost(): ForkedHost {
  const host = forkKeyHost()
  hosts.push(host)
  return host
}

const makeSigner = () =>
  createKeystoreSigner({
    id: 'main',
    address: ADDRESS,
    spawnHost: startHost,
    readKeystore: () => Promise.resolve(keystoreJson),
    clock: systemClock,
    scheduler: systemScheduler,
    signTimeoutMs: 60_000,
  })

test('unlocks with the default cost, signs what verifies, and is gone after lock', async () => {
  const signer = makeSigner()
  expect(await signer.unlock(Buffer.from(PASSWORD), 600_000)).toMatchObject({ ok: true })
  const signed = await signer.signTransaction(tx, never)
  expect(signed.ok && verifySignedTx(signed.value, tx).ok).toBe(true)
  const [host] = hosts
  await signer.lock()
  expect(await host!.exited).toBe(0)
  expect(() => process.kill(host!.child.pid!, 0)).toThrow('ESRCH')
})

test('prepared while the password is asked for: the process that waits is the one that unlocks, and one that is not used is gone', async () => {
  const signer = makeSigner()
  const asksNoMore = signer.prepare()
  expect(await signer.unlock(Buffer.from(PASSWORD), 600_000)).toMatchObject({ ok: true })
  await asksNoMore()
  const signed = await signer.signTransaction(tx, never)
  expect(signed.ok && verifySignedTx(signed.value, tx).ok).toBe(true)
  expect(hosts).toHaveLength(1)

  await signer.prepare()()
  expect(hosts.map(({ messages }) => messages.length)).toEqual([2, 1])
  expect(hosts[1]!.messages).toEqual([{ kind: 'farewell' }])
  expect(await hosts[1]!.exited).toBe(0)
  expect(() => process.kill(hosts[1]!.child.pid!, 0)).toThrow('ESRCH')
  await signer.lock()
})

test('no secret in arguments, environment, output or answers', async () => {
  const signer = makeSigner()
  await signer.unlock(Buffer.from('wrong password'), 600_000)
  await signer.unlock(Buffer.from(PASSWORD), 600_000)
  await signer.signTransaction(tx, never)
  await signer.signTransaction({ ...tx, to: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaee' }, never)
  const host = hosts[1]!
  const { pid } = host.child
  const outside = [`/proc/${pid!}/cmdline`, `/proc/${pid!}/environ`].map((path) => readFileSync(path, 'latin1')).join('\n')
  await signer.lock()
  const said = hosts.map(({ messages, printed }) => JSON.stringify(messages) + printed()).join('\n')
  expect(hosts.map(({ messages }) => messages.length)).toEqual([2, 4]) // the farewells included
  expect(hosts.map(({ printed }) => printed())).toEqual(['', ''])
  for (const text of [outside, said]) {
    for (const secret of [KEY_HEX, PASSWORD, 'wrong password', Buffer.from(KEY_HEX, 'hex').toString('base64')])
      expect(text).not.toContain(secret)
  }
})

test('ends by itself when the time is up', async () => {
  const signer = makeSigner()
  await signer.unlock(Buffer.from(PASSWORD), 1)
  expect(await hosts[0]!.exited).toBe(0)
  expect(await signer.signTransaction(tx, never)).toMatchObject({ ok: false, error: { code: 'LOCKED' } })
})

test('a host that is killed leaves the signer locked and saying so', async () => {
  const signer = makeSigner()
  await signer.unlock(Buffer.from(PASSWORD), 600_000)
  const [host] = hosts
  host!.child.kill('SIGSTOP') // so that the request is certainly unanswered
  const signing = signer.signTransaction(tx, never)
  host!.child.kill('SIGKILL')
  expect(await signing).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } })
  expect(signer.health()).toMatchObject({ status: 'locked', detail: expect.stringContaining('killed') as string })
})

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s makes it forget and end', async (signal) => {
  const signer = makeSigner()
  await signer.unlock(Buffer.from(PASSWORD), 600_000)
  hosts[0]!.child.kill(signal)
  expect(await hosts[0]!.exited).toBe(0)
})

test('SIGUSR1 opens no inspector', async () => {
  const signer = makeSigner()
  await signer.unlock(Buffer.from(PASSWORD), 600_000)
  hosts[0]!.child.kill('SIGUSR1')
  expect((await signer.signTransaction(tx, never)).ok).toBe(true)
  await signer.lock()
  expect(hosts[0]!.printed()).not.toContain('Debugger listening')
})

test('dies with its main process', async () => {
  const entry = here('../../../src-main/signers/keystore/key-host.ts')
  const parent = spawn(process.execPath, ['--import', 'tsx', here('./abandoned-parent.ts'), entry, keystoreJson, ADDRESS], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = await new Promise<string>((resolve) => parent.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())))
  expect(said).toContain('"kind":"unlocked"')
  // Both hold the same pipe: it closes only when both have ended. A host that lived on would keep this test waiting.
  const closed = new Promise((resolve) => parent.stdout.once('close', resolve))
  parent.kill('SIGKILL')
  await closed
})

test('the main thread stays free while the key is derived', async () => {
  const signer = makeSigner()
  let turns = 0
  const counting = setInterval(() => turns++, 1)
  expect((await signer.unlock(Buffer.from(PASSWORD), 600_000)).ok).toBe(true)
  clearInterval(counting)
  expect(turns).toBeGreaterThan(10)
})
