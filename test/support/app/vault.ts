import { randomBytes } from 'node:crypto'

import type { Vault } from '../../../src-main/credentials/credentials'
import { err, ok } from '../../../src-main/lib/result'

/** A keychain in memory that really seals, and can be taken away. Two with the same mask are the same keychain, also in two processes. */
export function memoryVault(mask: Buffer = randomBytes(64)): Vault & { available: boolean } {
  const flip = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte, index) => byte ^ (mask[index % mask.length] ?? 0)))
  const vault = {
    available: true,
    status: () => Promise.resolve({ available: vault.available, backend: 'memory' }),
    seal: (secret: Buffer) => Promise.resolve(vault.available ? ok(flip(secret)) : err('NO_KEYCHAIN' as const)),
    open: (sealed: Buffer) => Promise.resolve(vault.available ? ok(flip(sealed)) : err('NO_KEYCHAIN' as const)),
  }
  return vault
}
