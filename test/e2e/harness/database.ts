import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import type DatabaseConstructor from 'better-sqlite3-multiple-ciphers'

import { projectRoot, type RunningHoldfast } from './launch.js'

/** The driver. By its path: Playwright takes the path mapping of tsconfig.json, which names the type declarations, for code. */
export const Sqlite = createRequire(import.meta.url)(
  join(projectRoot, 'node_modules', 'better-sqlite3-multiple-ciphers'),
) as typeof DatabaseConstructor

/** The key of an environment's database, as the keychain gives it to the app itself. */
export async function readDatabaseKey({ app, dataDir }: Pick<RunningHoldfast, 'app' | 'dataDir'>, environment = 'paper'): Promise<Buffer> {
  const file = JSON.parse(readFileSync(join(dataDir, environment, 'db.key'), 'utf8')) as { protection: string; key: string }
  if (file.protection !== 'keychain') throw new Error(`the key is kept by “${file.protection}”, not by the keychain`)
  const text = await app.evaluate(({ safeStorage }, sealed) => safeStorage.decryptString(Buffer.from(sealed, 'base64')), file.key)
  return Buffer.from(text, 'base64')
}

/** Opens a database with nothing of the app's own care: as somebody would who has the key and means ill. */
export function openRaw(path: string, key: Buffer): DatabaseConstructor.Database {
  const db = new Sqlite(path)
  db.pragma("cipher = 'chacha20'")
  db.pragma(`key = 'raw:${key.toString('hex')}'`)
  return db
}
