import { randomBytes, randomUUID } from 'node:crypto'

import { parseUnsignedTx, type UnsignedTx } from '../../../src-main/domain/evm'
import { systemClock, systemScheduler } from '../../../src-main/lib/clock'
import type { KeyHostPort } from '../../../src-main/signers/keystore/host-protocol'
import { createKeystoreSigner } from '../../../src-main/signers/keystore/keystore-signer'
import { encryptKeystore } from '../../../src-main/signers/keystore/web3-secret-storage'
import { forkKeyHost } from '../../integration/signers/fork-key-host'
import type { SignerRig } from './contract'
import { hostileRaw, type HostileAnswer } from './hostile-answers'

const KEY_HEX = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d'
const ADDRESS = '0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b'
const PASSWORD = 'testpassword'
/** Cheap, so that a test is not about scrypt. */
const KDF = { kind: 'scrypt', n: 2 ** 12, r: 8, p: 1 } as const

/** A keystore in its own process, and a taken-over process where it is to misbehave. */
export async function openKeystoreRig(): Promise<SignerRig> {
  const random = { bytes: (length: number) => randomBytes(length), uuid: () => randomUUID() }
  const keystoreJson = await encryptKeystore(Buffer.from(KEY_HEX, 'hex'), Buffer.from(PASSWORD), random, KDF)
  const host = forkKeyHost()
  let how: HostileAnswer | null = null
  let asked: UnsignedTx | null = null
  const takenOver: KeyHostPort = {
    ...host,
    post: (message) => {
      asked = txOf(message) ?? asked
      if (how === 'reset' && txOf(message) !== null) host.kill()
      else host.post(message)
    },
    onMessage: (listener) => {
      host.onMessage((message) => {
        const { kind } = message as { kind?: unknown }
        if (how === null || kind !== 'signed' || asked === null) {
          listener(message)
          return
        }
        if (how === 'slow' || how === 'endless' || how === 'reset') return
        listener({ ...(message as object), raw: hostileRaw(asked, `0x${KEY_HEX}`, how) })
      })
    },
  }
  const signer = createKeystoreSigner({
    id: 'keystore-1',
    address: ADDRESS,
    spawnHost: () => takenOver,
    readKeystore: () => Promise.resolve(keystoreJson),
    clock: systemClock,
    scheduler: systemScheduler,
    signTimeoutMs: 500,
  })
  const unlocked = await signer.unlock(Buffer.from(PASSWORD), 600_000)
  if (!unlocked.ok) throw new Error(unlocked.error.detail)
  return {
    signer,
    misbehave: (next) => {
      how = next
    },
    close: async () => {
      host.kill()
      await host.exited
    },
  }
}

function txOf(message: unknown): UnsignedTx | null {
  const { tx } = message as { tx?: unknown }
  const parsed = parseUnsignedTx(tx)
  return parsed.ok ? parsed.value : null
}
