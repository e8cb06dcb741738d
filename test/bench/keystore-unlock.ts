import { fork } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { resolve } from 'node:path'

import { decryptKeystoreJson } from 'ethers'

import { systemClock, systemScheduler } from '../../src-main/lib/clock'
import { addressOfKey } from '../../src-main/signers/keystore/key'
import type { KeyHostPort } from '../../src-main/signers/keystore/host-protocol'
import { createKeystoreSigner } from '../../src-main/signers/keystore/keystore-signer'
import { encryptKeystore } from '../../src-main/signers/keystore/web3-secret-storage'
import { inTurns, result, type BenchResult } from './lib/bench'

const ROUNDS = 7
const PASSWORD = 'a password of the bench'
/** The host as it is built for the app. */
const HOST = resolve(import.meta.dirname, '../../out/main/key-host.cjs')

/**
 * Unlocking a keystore of the usual cost in the process that will hold its key, its start included, against ethers decrypting the same file. The second figure is
 * the longest that the process which asked was kept from anything else meanwhile.
 */
export async function run(): Promise<BenchResult[]> {
  const random = { bytes: (length: number) => randomBytes(length), uuid: () => randomUUID() }
  const key = randomBytes(32)
  const address = addressOfKey(key)
  const keystoreJson = await encryptKeystore(key, Buffer.from(PASSWORD), random)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  let longestMs = 0
  const unlock = async (): Promise<void> => {
    const signer = createKeystoreSigner({
      id: 'bench',
      address,
      spawnHost,
      readKeystore: () => Promise.resolve(keystoreJson),
      clock: systemClock,
      scheduler: systemScheduler,
    })
    delay.reset()
    delay.enable()
    const unlocked = await signer.unlock(Buffer.from(PASSWORD), 60_000)
    delay.disable()
    longestMs = Math.max(longestMs, delay.max / 1_000_000)
    if (!unlocked.ok) throw new Error(unlocked.error.detail)
    await signer.lock()
  }
  const byEthers = async (): Promise<void> => {
    await decryptKeystoreJson(keystoreJson, PASSWORD)
  }
  const alive = setInterval(() => undefined, 1_000)
  try {
    const [ours = NaN, theirs = NaN] = await inTurns(ROUNDS, [unlock, byEthers])
    return [
      result('keystore-unlock', ours, 'ms', theirs, { of: 'ratio', atMost: 0.65 }),
      result('keystore-unlock: longest hold of the asking process', longestMs, 'ms', 50, { of: 'ratio', atMost: 1 }),
    ]
  } finally {
    clearInterval(alive)
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
