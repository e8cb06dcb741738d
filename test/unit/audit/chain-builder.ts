import type { ChainBreak } from '../../../src-main/audit/audit'
import { composeBody } from '../../../src-main/audit/body'
import { ChainWalker, type WalkResult } from '../../../src-main/audit/chain-walker'
import { EntryHasher } from '../../../src-main/audit/entry-hash'
import type { StoredEntry } from '../../../src-main/audit/entry-judge'
import { type AuditKeys, deriveAuditKeys } from '../../../src-main/audit/keys'
import type { AuditFact } from '../../../src-main/domain/audit-event'

/** Keys of a log that exists nowhere. */
export const KEYS: AuditKeys = deriveAuditKeys(Buffer.alloc(32, 3), { environment: 'paper', logId: '0123456789abcdef0123456789abcdef' })

const hasher = new EntryHasher()

/** An entry in parts that a test can spoil one by one. */
export interface Parts {
  seq: number
  body: string
  prev: string
  hash: string
  mac: string
}

/** A fact that differs from its neighbours. */
export function fact(n: number, overrides: Partial<AuditFact> = {}): AuditFact {
  return {
    category: 'TRADE_EXECUTION',
    severity: 'info',
    type: n % 2 === 0 ? 'OrderSubmitted' : 'OrderFilled',
    actor: 'operator',
    subject: `order-${n}`,
    data: { quantity: `${n}.5`, instrument: 'ETH-USDC' },
    ...overrides,
  }
}

/** What an attacker without the key can compute: the hash, not the code. */
export function hashOf(seq: number, prev: string, body: string): string {
  return hasher.hash(seq, prev, body).toString('hex')
}

/** A genuine chain of `length` entries. */
export function chain(length: number, keys: AuditKeys = KEYS): Parts[] {
  const entries: Parts[] = []
  let prev = keys.genesisHex
  for (let seq = 1; seq <= length; seq++) {
    const body = composeBody(seq, 1_700_000_000_000 + seq, fact(seq))
    const hash = hashOf(seq, prev, body)
    const mac = keys.entryKey.ofHex(hash)
    entries.push({ seq, body, prev, hash, mac })
    prev = hash
  }
  return entries
}

/** An entry as the table hands it over. */
export function stored({ seq, body, prev, hash, mac }: Parts): StoredEntry {
  return { seq, body, links: prev + hash + mac }
}

/** Walks entries in the order of their numbers. */
export function walk(entries: readonly Parts[], options: Partial<ConstructorParameters<typeof ChainWalker>[0]> = {}): WalkResult {
  const walker = new ChainWalker({ keys: KEYS, isEmptied: () => false, ...options })
  for (const entry of [...entries].sort((a, b) => a.seq - b.seq)) walker.push(stored(entry))
  return walker.finish()
}

/** Findings in short: `EDITED 3` or `DELETED 4-6`. */
export function inShort(breaks: readonly ChainBreak[]): string[] {
  return breaks.map(({ kind, fromSeq, toSeq }) => `${kind} ${fromSeq === toSeq ? fromSeq : `${fromSeq}-${toSeq}`}`)
}

/** Another digit at one place of a hexadecimal text. */
export function flipped(hex: string, at = 5): string {
  return hex.slice(0, at) + (hex[at] === 'a' ? 'b' : 'a') + hex.slice(at + 1)
}
