import type { Clock, Scheduler } from '../../../lib/clock'
import { ok, type Result } from '../../../lib/result'
import type { KeyHostPort } from '../../../signers/keystore/host-protocol'
import { KeystoreFiles, type KeystoreEntry, type KeystoreFileFailure } from '../../../signers/keystore/keystore-files'
import { createKeystoreSigner, type KeystoreSigner } from '../../../signers/keystore/keystore-signer'

type Made = Promise<Result<string, KeystoreFileFailure>>

/** The keystore files of an environment, and the signers that use them. Every way to make one answers with its address. */
export class Keystores {
  private readonly files: KeystoreFiles

  constructor(
    private readonly parts: {
      readonly folder: string
      readonly spawnHost: () => KeyHostPort
      readonly clock: Clock
      readonly scheduler: Scheduler
    },
  ) {
    this.files = new KeystoreFiles({ folder: parts.folder, spawnHost: parts.spawnHost, scheduler: parts.scheduler })
  }

  /** A new key. The password is wiped. */
  create(password: Buffer): Made {
    return addressOf(this.files.create(password))
  }

  /** A typed private key. Both secrets are wiped. */
  importKey(privateKey: Buffer, password: Buffer): Made {
    return addressOf(this.files.importKey(privateKey, password))
  }

  /** Another tool's file. The password is wiped. */
  importFile(keystoreJson: string, password: Buffer): Made {
    return addressOf(this.files.importJson(keystoreJson, password))
  }

  /** The address in a usable file of the folder, or null. */
  addressIn(file: string): string | null {
    const listed = this.files.list()
    const entry = listed.ok ? listed.value.find((candidate) => candidate.file === file) : undefined
    return entry?.kind === 'usable' ? entry.address : null
  }

  /** The signer of a file, locked. */
  signer(id: string, address: string): KeystoreSigner {
    const { spawnHost, clock, scheduler } = this.parts
    const readKeystore = (): Promise<string> => {
      const text = this.files.read(address)
      return text.ok ? Promise.resolve(text.value) : Promise.reject(new Error(text.error.detail))
    }
    return createKeystoreSigner({ id, address, spawnHost, readKeystore, clock, scheduler })
  }
}

async function addressOf(made: Promise<Result<KeystoreEntry & { kind: 'usable' }, KeystoreFileFailure>>): Made {
  const answer = await made
  return answer.ok ? ok(answer.value.address) : answer
}
