import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { dataKey, keepDataKey } from '../../credentials/data-key'
import type { Vault } from '../../credentials/credentials'
import { moveAside } from '../../lib/own-file'
import { err, type Result } from '../../lib/result'

/** Files that this key vouches for. Where one of them is, a key that is missing was lost, and is not made anew in silence. */
const VOUCHED_FOR = ['recovery.json', 'authority.json']

/** The key behind the MACs of the recovery keys and of the operators. */
export class MachineKey {
  readonly #dataDir: string
  readonly #vault: Vault
  #mac: KeyObject | null = null

  constructor(dataDir: string, vault: Vault) {
    this.#dataDir = dataDir
    this.#vault = vault
  }

  /** The MAC's key; null while it was not opened, or cannot be. Then nothing that it vouches for can be verified. */
  get mac(): KeyObject | null {
    return this.#mac
  }

  /** Reads the key, or makes it where there is nothing yet that it would vouch for. */
  async open(): Promise<void> {
    const key = await dataKey(
      this.#path,
      this.#vault,
      VOUCHED_FOR.some((name) => existsSync(join(this.#dataDir, name))),
    )
    if (key.ok) this.#mac = macKeyOf(key.value.key)
  }

  /**
   * Makes another key in the place of one that is lost. `vouch` puts what is kept under it, before it is written: whatever ends the process in between
   * leaves the key as lost as before, to be made anew. The file of the old one is set aside.
   */
  async renew<E extends string>(vouch: (mac: KeyObject) => Result<void, E>, suffix: string): Promise<Result<void, E | 'STORAGE'>> {
    const key = randomBytes(32)
    const mac = macKeyOf(key)
    const vouched = vouch(mac)
    if (!vouched.ok) return vouched
    try {
      if (existsSync(this.#path)) moveAside(this.#path, suffix)
      await keepDataKey(this.#path, this.#vault, key)
    } catch {
      return err('STORAGE')
    }
    this.#mac = mac
    return vouched
  }

  get #path(): string {
    return join(this.#dataDir, 'machine.key')
  }
}

function macKeyOf(key: Buffer): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', key, '', 'holdfast recovery file', 32)))
}
