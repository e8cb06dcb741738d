import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'

import { z } from 'zod'

import { replaceOwnFile } from '../lib/own-file'
import { err, ok, type Result } from '../lib/result'
import type { Vault, VaultError } from './credentials'

const KEY_BYTES = 32

const keyFile = z.strictObject({ v: z.literal(1), protection: z.enum(['keychain', 'none']), key: z.string().max(10_000) })

/** The random key of one environment's database, and how it is kept. */
export interface DataKey {
  readonly key: Buffer
  /** `none`: the file holds the key itself, because this machine has no keychain. Live is refused then. */
  readonly protection: 'keychain' | 'none'
}

/**
 * Reads an environment's data key, or makes one where there is no database yet. A key that was sealed by a keychain is never replaced: without it the database
 * is lost, and saying so is better than a fresh, empty one. A key that had to be kept open is sealed as soon as there is a keychain.
 */
export async function dataKey(path: string, vault: Vault, databaseExists: boolean): Promise<Result<DataKey, VaultError>> {
  if (existsSync(path)) {
    const found = await readDataKey(path, vault)
    if (found.ok && found.value.protection === 'none' && (await vault.status()).available) return writeKey(path, vault, found.value.key)
    return found
  }
  if (databaseExists) return err('UNREADABLE')
  return writeKey(path, vault, randomBytes(KEY_BYTES))
}

/** Reads an environment's data key and changes nothing. */
export async function readDataKey(path: string, vault: Vault): Promise<Result<DataKey, VaultError>> {
  let file: z.output<typeof keyFile>
  try {
    file = keyFile.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return err('UNREADABLE')
  }
  const stored = Buffer.from(file.key, 'base64')
  const opened = file.protection === 'keychain' ? await vault.open(stored) : ok(stored)
  if (!opened.ok) return opened
  if (opened.value.length !== KEY_BYTES) return err('UNREADABLE')
  return ok({ key: opened.value, protection: file.protection })
}

/** Writes a key as {@link dataKey} does, sealed where there is a keychain. Replaces what was there: for keys whose loss was dealt with. */
export const keepDataKey = writeKey

async function writeKey(path: string, vault: Vault, key: Buffer): Promise<Result<DataKey, VaultError>> {
  const sealed = await vault.seal(key)
  const protection = sealed.ok ? 'keychain' : 'none'
  replaceOwnFile(path, JSON.stringify({ v: 1, protection, key: (sealed.ok ? sealed.value : key).toString('base64') }))
  return ok({ key, protection })
}
