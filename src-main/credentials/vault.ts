import { safeStorage } from 'electron'

import { err, ok } from '../lib/result'
import type { KeychainStatus, Vault } from './credentials'

/** Backends whose password is known to everybody: no protection at all. */
const PLAIN_BACKENDS: readonly string[] = ['basic_text', 'unknown']

/** What of safeStorage exists depends on Electron's age: the asynchronous calls are newer, the synchronous ones deprecated. */
const features = safeStorage as Partial<typeof safeStorage>

/** The keychain of the operating system, through Electron. */
export const systemVault: Vault = {
  status,
  async seal(secret) {
    if (!(await status()).available) return err('NO_KEYCHAIN')
    try {
      const text = secret.toString('base64')
      return ok(features.encryptStringAsync === undefined ? encryptNow(text) : await features.encryptStringAsync(text))
    } catch {
      return err('NO_KEYCHAIN')
    }
  },
  async open(sealed) {
    if (!(await status()).available) return err('NO_KEYCHAIN')
    try {
      const text = features.decryptStringAsync === undefined ? decryptNow(sealed) : (await features.decryptStringAsync(sealed)).result
      return ok(Buffer.from(text, 'base64'))
    } catch {
      return err('UNREADABLE')
    }
  },
}

async function status(): Promise<KeychainStatus> {
  const available = features.isAsyncEncryptionAvailable === undefined ? isAvailableNow() : await features.isAsyncEncryptionAvailable()
  const backend =
    process.platform === 'linux' ? linuxBackend(available) : process.platform === 'darwin' ? 'macOS Keychain' : 'Windows DPAPI'
  return { available: available && !PLAIN_BACKENDS.includes(backend), backend }
}

/** Older Electrons cannot name the backend, but without a keyring they say that encryption is not available. */
function linuxBackend(available: boolean): string {
  return features.getSelectedStorageBackend?.() ?? (available ? 'Secret Service' : 'none')
}

/* eslint-disable @typescript-eslint/no-deprecated -- the only calls that the older runtime has */
function isAvailableNow(): boolean {
  return safeStorage.isEncryptionAvailable()
}
function encryptNow(text: string): Buffer {
  return safeStorage.encryptString(text)
}
function decryptNow(sealed: Buffer): string {
  return safeStorage.decryptString(sealed)
}
/* eslint-enable @typescript-eslint/no-deprecated */
