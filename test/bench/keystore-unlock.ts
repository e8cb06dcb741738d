import { fork } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'

import { decryptKeystoreJson } from 'ethers'

import { systemClock, systemScheduler } from '../../src-main/lib/clock'
import { addressOfKey } from '../../src-main/signers/keystore/key'
import type { KeyHostPort } from '../../src-main/signers/keystore/host-protocol'
import { createKeystoreSigner } from '../../src-main/signers/keystore/keystore-signer'
import { encryptKeystore } from '../../src-main/signers/keystore/web3-secret-storage'
import { inTurns, result, type BenchResult } from './lib/bench'

const ROUNDS = 7
const PASSWORD = 'a password of the bench'
/** Nobody types one faster. */
const TYPING_MS = 1_000
/** The host as it is built for the app. */
const HOST = resolve(import.meta.dirname, '../../out/main/key-host.cjs')

/**
 * Unlocking a keystore of the usual cost in the process that will hold its key, against ethers decrypting the same file. As in the app, that process is started
 * when the password is asked for, and the time runs from when it is given; the second figure begins with no process. The third is the longest that the
 * process which asked was kept from anything else meanwhile, starting the other one included.
 */
export async function run(): Promise<BenchResult[]> {
  const random = { bytes: (length: number) => randomBytes(length), uuid: () => randomUUID() }
  const key = randomBytes(32)
  const address = addressOfKey(key)
  const keystoreJson = await encryptKeystore(key, Buffer.from(PASSWORD), random)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  let longestMs = 0
  const watched = async (act: () => Promise<unknown>): Promise<void> => {
    delay.reset()
    delay.enable()
    await act()
    delay.disable()
    longestMs = Math.max(longestMs, delay.max / 1_000_000)
  }
  const signer = createKeystoreSigner({
    id: 'bench',
    address,
    spawnHost,
    readKeystore: () => Promise.resolve(keystoreJson),
    clock: systemClock,
    scheduler: systemScheduler,
  })
  const unlock = (): Promise<void> =>
    watched(async () => {
      const unlocked = await signer.unlock(Buffer.from(PASSWORD), 60_000)
      if (!unlocked.ok) throw new Error(unlocked.error.detail)
    })
  const prepare = (): Promise<void> =>
    watched(async () => {
      signer.prepare()
      await setTimeout(TYPING_MS)
    })
  const byEthers = (): Promise<unknown> => decryptKeystoreJson(keystoreJson, PASSWORD)
  const alive = setInterval(() => undefined, 1_000)
  try {
    const [prepared = NaN, fromNothing = NaN, theirs = NaN] = await inTurns(ROUNDS, [unlock, unlock, byEthers], async (act) => {
      await signer.lock()
      if (act === 0) await prepare()
    })
    return [
      result('keystore-unlock', prepared, 'ms', theirs, { of: 'ratio', atMost: 0.65 }),
      result('keystore-unlock: process start included', fromNothing, 'ms', theirs),
      result('keystore-unlock: longest hold of the asking process', longestMs, 'ms', 50, { of: 'ratio', atMost: 1 }),
    ]
  } finally {
    clearInterval(alive)
    await signer.lock()
  }
}

function spawnHost(): KeyHostPort {
  const child = fork(HOST, [], { serialization: 'advanced', stdio: 'ignore', env: {} })
  return {
    post: (message) => void child.send(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  }
}
