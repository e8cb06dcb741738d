import { createHash } from 'node:crypto'

import { ENVIRONMENTS, type Environment } from '../../domain/environment'
import { HALT_MODES, HALT_SCOPES, HALT_SOURCES, type HaltMode, type HaltScope, type HaltSource } from '../../domain/kill-switch'
import { MAINTENANCE_PURPOSES, type Maintenance } from '../../domain/watch'
import { canonicalJson } from '../../lib/json'
import { readOwnFile, replaceOwnFile, unlinkIfThere, moveAside, syncFolder } from '../../lib/own-file'
import type { Latch } from './places'

/** A halt as it is remembered across a restart. */
export interface HaltRecord {
  /** Wall time of the halt, ms; null when it was only found afterwards. */
  readonly sinceMs: number | null
  readonly source: HaltSource
  readonly by: string
  readonly reason: string
  readonly scope: HaltScope
  readonly mode: HaltMode
  /** The environment that was open; null for a halt from outside the app. */
  readonly environment: Environment | null
  /** What the halt is meant to last for; null for a halt like any other. */
  readonly maintenance: Maintenance | null
  /** Hash of the newest line of the halt history when this was written. */
  readonly prev: string
}

/** What stands in a record's place. All but `absent` mean halted: a record in the way is as good as a missing lease. */
export type RecordReading =
  | { readonly kind: 'present'; readonly record: HaltRecord }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly why: string }

const MAX_BYTES = 8_192

/** SHA-256 of a text, lower-case hex. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/** Reads the record of a latch. One whose verification hash does not fit is damaged. Never throws. */
export function readRecord(latch: Latch): RecordReading {
  const file = readOwnFile(latch.recordPath, MAX_BYTES)
  if (file.kind === 'absent') return file
  if (file.kind === 'odd') return { kind: 'damaged', why: file.why }
  const record = parseRecord(file.bytes.toString('utf8'))
  return record === null ? { kind: 'damaged', why: 'its text or its verification hash is wrong' } : { kind: 'present', record }
}

/** Writes the record of a latch, all or nothing. Throws the system's error. */
export function writeRecord(latch: Latch, record: HaltRecord): void {
  const body = { v: 1, ...record }
  replaceOwnFile(latch.recordPath, Buffer.from(canonicalJson({ ...body, hash: sha256Hex(canonicalJson(body)) }), 'utf8'))
}

/** Takes the record of a latch away, durably; what is no file is moved aside. Throws the system's error. */
export function clearRecord(latch: Latch, suffix: string): void {
  try {
    unlinkIfThere(latch.recordPath)
  } catch {
    moveAside(latch.recordPath, suffix)
  }
  syncFolder(latch.folder)
}

function parseRecord(text: string): HaltRecord | null {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return null
    const { hash, ...body } = value as Record<string, unknown>
    if (typeof hash !== 'string' || sha256Hex(canonicalJson(body)) !== hash || body['v'] !== 1) return null
    const { sinceMs, source, by, reason, scope, mode, environment, maintenance, prev } = body
    if (sinceMs !== null && !isWhole(sinceMs)) return null
    if (!isOneOf(HALT_SOURCES, source) || !isOneOf(HALT_SCOPES, scope) || !isOneOf(HALT_MODES, mode)) return null
    if (environment !== null && !isOneOf(ENVIRONMENTS, environment)) return null
    if (typeof by !== 'string' || typeof reason !== 'string' || typeof prev !== 'string') return null
    if (maintenance !== null && !isMaintenance(maintenance)) return null
    return { sinceMs, source, by, reason, scope, mode, environment, maintenance, prev }
  } catch {
    return null
  }
}

function isMaintenance(value: unknown): value is Maintenance {
  if (typeof value !== 'object' || value === null) return false
  const { purpose, by, reason, sinceMs } = value as Record<string, unknown>
  return isOneOf(MAINTENANCE_PURPOSES, purpose) && typeof by === 'string' && typeof reason === 'string' && isWhole(sinceMs)
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isOneOf<T extends string>(members: readonly T[], value: unknown): value is T {
  return members.some((member) => member === value)
}
