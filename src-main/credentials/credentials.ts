import type { Result } from '../lib/result'

/** Whether the operating system keeps our data keys in a real keychain. */
export interface KeychainStatus {
  /** False where there is none, or only one with a fixed password. */
  readonly available: boolean
  /** The backend's own name, for people. */
  readonly backend: string
}

/** Why a sealed key could not be opened or made. */
export type VaultError = 'NO_KEYCHAIN' | 'UNREADABLE'

/** Seals small secrets with the operating system's keychain. */
export interface Vault {
  status(): Promise<KeychainStatus>
  /** Encrypts; fails with NO_KEYCHAIN where there is none. */
  seal(secret: Buffer): Promise<Result<Buffer, VaultError>>
  /** Decrypts what {@link Vault.seal} made on this account of this machine. */
  open(sealed: Buffer): Promise<Result<Buffer, VaultError>>
}
