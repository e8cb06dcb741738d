import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

import { describeError } from '../lib/errors'
import { moveAside, replaceOwnFile } from '../lib/own-file'
import type { ChainBreakKind } from './audit'
import { HASH_HEX_DIGITS, lengthPrefixed, sha256Hex, uint64 } from './encoding'
import type { AuditKeys, LogIdentity } from './keys'

const VERSION = 1

/** An anchor is a few hundred bytes; a file beyond this is none. */
const MAX_ANCHOR_BYTES = 4_096

/** What the anchor file says: at this moment the log ended here. */
export interface Anchor {
  readonly v: typeof VERSION
  readonly environment: string
  readonly logId: string
  readonly seq: number
  /** The entry's hash in hexadecimal digits; the genesis hash when `seq` is 0. */
  readonly hash: string
  readonly atMs: number
  readonly mac: string
}

/** What was found where the anchor should be. */
export type AnchorReading =
  | { readonly state: 'present'; readonly anchor: Anchor }
  | { readonly state: 'missing' }
  | { readonly state: 'unreadable'; readonly reason: string }

/** Reads the anchor file. It proves nothing before `judgeAnchor`. */
export function readAnchor(path: string): AnchorReading {
  let text: string
  try {
    text = readSmallFile(path)
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code === 'ENOENT') return { state: 'missing' }
    return { state: 'unreadable', reason: `${basename(path)}: ${describeError(thrown)}` }
  }
  const anchor = parseAnchor(text)
  return anchor === null ? { state: 'unreadable', reason: `${basename(path)}: not the form of an anchor` } : { state: 'present', anchor }
}

function readSmallFile(path: string): string {
  // Never waits, should somebody have put a pipe there.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const found = fstatSync(file)
    if (!found.isFile()) throw new Error('not a regular file')
    if (found.size > MAX_ANCHOR_BYTES) throw new Error('too long for an anchor')
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

function parseAnchor(text: string): Anchor | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof parsed !== 'object' || parsed === null) return null
  const { v, environment, logId, seq, hash, atMs, mac } = parsed as Record<string, unknown>
  if (v !== VERSION || typeof environment !== 'string' || typeof logId !== 'string' || !isHash(hash) || !isHash(mac)) return null
  if (!isCount(seq) || !isCount(atMs)) return null
  return { v, environment, logId, seq, hash, atMs, mac }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && value.length === HASH_HEX_DIGITS && /^[0-9a-f]+$/.test(value)
}

/** An anchor that this log's key vouches for. */
export function makeAnchor(keys: AuditKeys, head: { readonly seq: number; readonly hashHex: string }, atMs: number): Anchor {
  const unsigned = { v: VERSION, environment: keys.environment, logId: keys.logId, seq: head.seq, hash: head.hashHex, atMs } as const
  return { ...unsigned, mac: anchorMac(keys, unsigned) }
}

/**
 * Replaces the anchor file; durable on return, and after a crash it holds either the old anchor or the new one. A folder in its place is moved aside: no file could
 * take the place of one. Throws the system's error.
 */
export function writeAnchor(path: string, anchor: Anchor): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) moveAside(path, String(anchor.atMs))
  replaceOwnFile(path, `${JSON.stringify(anchor)}\n`)
}

function anchorMac(keys: AuditKeys, { environment, logId, seq, hash, atMs }: Omit<Anchor, 'mac'>): string {
  const fields = ['holdfast/audit-anchor/v1', environment, logId, uint64(seq), Buffer.from(hash, 'hex'), uint64(atMs)]
  return keys.anchorKey.ofHex(sha256Hex(lengthPrefixed(...fields)))
}

/** Whether the anchor is this log's own; if not, what is wrong with it. */
export function judgeAnchor(
  reading: AnchorReading,
  keys: AuditKeys,
): { readonly valid: Anchor } | { readonly valid: null; readonly kind: ChainBreakKind; readonly detail: string } {
  if (reading.state === 'missing') return { valid: null, kind: 'ANCHOR_MISSING', detail: 'there is no anchor file' }
  if (reading.state === 'unreadable') return { valid: null, kind: 'ANCHOR_UNREADABLE', detail: reading.reason.slice(0, 150) }
  const { anchor } = reading
  if (!isSameLog(anchor, keys)) {
    return { valid: null, kind: 'ANCHOR_FOREIGN', detail: `the anchor is of another log (${anchor.environment.slice(0, 20)})` }
  }
  if (anchorMac(keys, anchor) !== anchor.mac) {
    return { valid: null, kind: 'ANCHOR_FORGED', detail: `the anchor at entry ${anchor.seq} was not made with this log's key` }
  }
  return { valid: anchor }
}

function isSameLog(anchor: Anchor, identity: LogIdentity): boolean {
  return anchor.environment === identity.environment && anchor.logId === identity.logId
}
