import { SigningKey } from 'ethers/crypto'
import { computeAddress } from 'ethers/transaction'
import { HDNodeWallet, Mnemonic } from 'ethers/wallet'

/** The words of every development chain: public knowledge. */
const DEVELOPMENT_WORDS = 'test test test test test test test test test test test junk'

/** The keys that an emulated device holds: of its words, and single ones set at a path. */
export class DeviceKeys {
  readonly #mnemonic: Mnemonic
  readonly #derived = new Map<string, SigningKey>()

  constructor(words: string = DEVELOPMENT_WORDS, keys: Readonly<Record<string, string>> = {}) {
    this.#mnemonic = Mnemonic.fromPhrase(words)
    for (const [path, key] of Object.entries(keys)) this.#derived.set(path, new SigningKey(key))
  }

  /** The key at a path such as `44'/60'/0'/0/0`. */
  at(path: string): SigningKey {
    const known = this.#derived.get(path)
    if (known !== undefined) return known
    const key = HDNodeWallet.fromMnemonic(this.#mnemonic, `m/${path}`).signingKey
    this.#derived.set(path, key)
    return key
  }

  /** The checksummed address at a path. */
  addressAt(path: string): string {
    return computeAddress(this.at(path))
  }
}
