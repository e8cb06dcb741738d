import { createHash, timingSafeEqual } from 'node:crypto'

import { z } from 'zod'

import { canonicalJson } from '../lib/json'
import { readOwnFile, replaceOwnFile } from '../lib/own-file'
import type { Random } from '../lib/random'
import { API_SCOPES, type ApiScope } from '../domain/api-scope'

/** A program that may ask the local interface. Its secret has 256 random bits, so a plain hash keeps it: there is nothing to guess. */
const client = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  name: z.string().min(1).max(60),
  scopes: z.array(z.enum(API_SCOPES)).min(1),
  secretHashHex: z.string().regex(/^[0-9a-f]{64}$/),
  createdAtMs: z.number().int().nonnegative(),
  revokedAtMs: z.number().int().nonnegative().nullable(),
})
const file = z.strictObject({
  v: z.literal(1),
  enabled: z.boolean(),
  /** On loopback. */
  port: z.number().int().min(1_024).max(65_535),
  clients: z.array(client).max(32),
})

/** A client as it is kept. */
export type ApiClient = Readonly<z.output<typeof client>>
/** The local interface's settings. */
export type ApiSettings = Readonly<z.output<typeof file>>

/** Off, as it comes. */
export const API_OFF: ApiSettings = { v: 1, enabled: false, port: 47_615, clients: [] }

const MAX_BYTES = 32_768

/** Reads the settings. A file that cannot be read or is not of our form means off: nothing listens by mistake. */
export function readApiSettings(path: string): { readonly settings: ApiSettings; readonly problem: string | null } {
  const found = readOwnFile(path, MAX_BYTES)
  if (found.kind === 'absent') return { settings: API_OFF, problem: null }
  if (found.kind === 'odd') return { settings: API_OFF, problem: found.why }
  try {
    return { settings: file.parse(JSON.parse(found.bytes.toString('utf8'))), problem: null }
  } catch {
    return { settings: API_OFF, problem: 'it is not a list of clients' }
  }
}

/** Keeps the settings. Throws the system's error, and on values out of bounds. */
export function writeApiSettings(path: string, settings: ApiSettings): void {
  replaceOwnFile(path, Buffer.from(canonicalJson(file.parse(settings)), 'utf8'))
}

/** Makes a client; the secret is shown once and kept nowhere. */
export function newApiClient(
  random: Random,
  name: string,
  scopes: readonly ApiScope[],
  nowMs: number,
): { readonly client: ApiClient; readonly secret: string } {
  const secret = Buffer.from(random.bytes(32)).toString('base64url')
  return {
    secret,
    client: {
      id: Buffer.from(random.bytes(8)).toString('hex'),
      name,
      scopes: [...scopes],
      secretHashHex: hashOf(secret).toString('hex'),
      createdAtMs: Math.floor(nowMs),
      revokedAtMs: null,
    },
  }
}

/** Whether this is the client's secret; takes as long for a wrong one. */
export function isSecretOf({ secretHashHex }: ApiClient, secret: string): boolean {
  return timingSafeEqual(hashOf(secret), Buffer.from(secretHashHex, 'hex'))
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest()
}

/** Whether a client has this name; two that differ in case alone would be taken for one another. */
export function isSameClient(known: ApiClient, name: string): boolean {
  return known.name.toLowerCase() === name.trim().toLowerCase()
}
