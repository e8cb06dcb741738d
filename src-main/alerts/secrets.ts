import { createHash } from 'node:crypto'

import type { Vault, VaultError } from '../credentials/credentials'
import type { Random } from '../lib/random'
import { err, ok, type Result } from '../lib/result'
import { MOST_SECRETS, type SealedSecret } from './settings'

const SECRET_BYTES = 32
/** How long the secret before the newest signs beside it, so that a receiver can be moved over without missing anything, ms. */
export const OVERLAP_MS = 24 * 60 * 60_000

/** A fresh secret: random, and of our making, so that it is as strong as it looks. */
export function newSecret(random: Random): Buffer {
  return Buffer.from(random.bytes(SECRET_BYTES))
}

/** Seals a secret with the keychain; there is no other way to keep one. */
export async function sealSecret(vault: Vault, secret: Buffer, nowMs: number): Promise<Result<SealedSecret, VaultError>> {
  const sealed = await vault.seal(secret)
  if (!sealed.ok) return sealed
  return ok({
    sealed: sealed.value.toString('base64'),
    fingerprint: fingerprintOf(secret),
    sinceMs: Math.round(nowMs),
    retiresAtMs: null,
  })
}

/** Opens a sealed secret. Keychains do not always notice that they give back something else: we do. */
export async function openSecret(vault: Vault, { sealed, fingerprint }: SealedSecret): Promise<Result<Buffer, VaultError>> {
  const opened = await vault.open(Buffer.from(sealed, 'base64'))
  if (!opened.ok) return opened
  return opened.value.length === SECRET_BYTES && fingerprintOf(opened.value) === fingerprint ? opened : err('UNREADABLE')
}

/** The secrets after a rotation: the new one first, those before it for a while longer, none longer than it already had. */
export function rotated(before: readonly SealedSecret[], fresh: SealedSecret, nowMs: number): SealedSecret[] {
  const stays = inForce(before, nowMs).map((each) => ({ ...each, retiresAtMs: each.retiresAtMs ?? Math.round(nowMs + OVERLAP_MS) }))
  return [fresh, ...stays].slice(0, MOST_SECRETS)
}

/** The secrets that sign at this moment. */
export function inForce(secrets: readonly SealedSecret[], nowMs: number): readonly SealedSecret[] {
  return secrets.filter(({ retiresAtMs }) => retiresAtMs === null || nowMs < retiresAtMs)
}

function fingerprintOf(secret: Buffer): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 32)
}
