import { createHmac, timingSafeEqual } from 'node:crypto'

import type { AuditAppender } from '../../domain/audit-event'
import type { Environment } from '../../domain/environment'
import type { PolicyState } from '../../guards/guard'
import { comparePolicies, type PolicyChange } from '../../guards/policy/compare-policies'
import { defaultPolicy } from '../../guards/policy/make-policy'
import { loadPolicy, policyText, type Policy } from '../../guards/policy/policy'
import type { Clock } from '../../lib/clock'
import { canonicalJson } from '../../lib/json'
import type { Database } from '../../storage/database'

/** How a version of the policy came about. */
export const POLICY_ORIGINS = ['set-up', 'change', 'import', 'restore', 'begun-anew'] as const
export type PolicyOrigin = (typeof POLICY_ORIGINS)[number]

/** Who changes the policy, why, and how the change came about. */
export interface PolicyAuthor {
  readonly actor: string
  readonly reason: string
  readonly origin: PolicyOrigin
}

/** A version as it is kept; `intact` when nothing of it was changed since. */
export interface PolicyVersion extends PolicyAuthor {
  readonly version: number
  readonly atMs: number
  /** Null where it cannot be read. */
  readonly policy: Policy | null
  readonly intact: boolean
}

/** Parts of a {@link PolicyStore}. */
export interface PolicyStoreParts {
  readonly db: Database
  readonly environment: Environment
  /** What the rows are vouched for with; of this purpose alone. */
  readonly macKey: Buffer
  readonly audit: AuditAppender
  readonly clock: Clock
}

interface Row {
  readonly version: number
  readonly at_ms: number
  readonly actor: string
  readonly reason: string
  readonly origin: string
  readonly policy_json: string
  readonly prev_mac: Buffer
  readonly mac: Buffer
}

/**
 * The trading policy (product row C6) as it is kept: every version a row of the environment's database, vouched for and naming the one before, none ever changed.
 * The newest is in force; one that cannot be believed in full denies everything, until a person begins anew.
 */
export class PolicyStore {
  readonly #parts: PolicyStoreParts
  #state: PolicyState

  constructor(parts: PolicyStoreParts) {
    this.#parts = parts
    this.#state = this.#load() ?? this.#first()
  }

  /** The policy in force, or why there is none. */
  readonly state = (): PolicyState => this.#state

  /** Every version, newest first. */
  versions(): readonly PolicyVersion[] {
    const rows = this.#rows()
    return rows.map((row, index) => this.#versionOf(row, rows[index + 1] ?? null))
  }

  /** Whether nobody but set-up has changed it: only then may set-up go on by itself. */
  get isFromSetUp(): boolean {
    return this.#state.kind === 'loaded' && this.#rows().every(({ origin }) => origin === 'set-up')
  }

  /** What a change would do, whatever version it names; throws while the policy is unreadable. */
  compare(next: Policy): readonly PolicyChange[] {
    if (this.#state.kind !== 'loaded') throw new RangeError('there is nothing to compare with')
    return comparePolicies(this.#state.policy, next)
  }

  /** Makes another version. Whoever loosens something, or takes from what a cancel needs, has been authorised before. Throws while the policy is unreadable, and when it cannot be recorded. */
  change(next: Policy, author: PolicyAuthor): void {
    const changes = this.compare(next)
    if (changes.length > 0) this.#write(next, author, changes)
  }

  /** Puts a policy in the place of one that cannot be read; its rows stay. Throws when it cannot be recorded. */
  beginAnew(next: Policy, author: Omit<PolicyAuthor, 'origin'>): void {
    this.#write(next, { ...author, origin: 'begun-anew' }, [])
  }

  #first(): PolicyState {
    const author = { actor: 'system', reason: 'made for a fresh environment', origin: 'set-up' } as const
    try {
      this.#write(defaultPolicy(this.#parts.environment), author, [])
      return this.#state
    } catch {
      // A log that takes nothing, as one that was found broken: what is there is still opened, to be seen and mended, and everything is denied.
      return { kind: 'unreadable', why: 'the first version of the policy could not be recorded' }
    }
  }

  #write(next: Policy, author: PolicyAuthor, changes: readonly PolicyChange[]): void {
    const { db, audit, clock } = this.#parts
    const newest = this.#rows()[0]
    const version = (newest?.version ?? 0) + 1
    const text = policyText({ ...next, version })
    const { actor, reason, origin } = author
    const row = { version, at_ms: clock.wallMs(), actor, reason, origin, policy_json: text, prev_mac: newest?.mac ?? Buffer.alloc(0) }
    const loosens = changes.some((change) => change.loosens || change.neededToCancel)
    db.transaction(() => {
      audit.append({
        category: 'SECURITY_VIOLATION',
        severity: loosens ? 'high' : 'medium',
        type: 'PolicyChanged',
        actor,
        subject: null,
        data: { version, reason, origin, changes: changes.map((change) => ({ ...change })), policy: text },
      })
      db.prepare(
        'INSERT INTO policy_versions(version, at_ms, actor, reason, origin, policy_json, prev_mac, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ).run(version, row.at_ms, actor, reason, origin, text, row.prev_mac, this.#macOf(row))
    }).immediate()
    this.#state = loadPolicy(text)
  }

  /** Null where there is no policy yet. */
  #load(): PolicyState | null {
    const rows = this.#rows()
    const [newest] = rows
    if (newest === undefined) return null
    // What was before a policy begun anew is history, whole or not.
    const first = rows.find(({ origin }) => origin === 'begun-anew')?.version ?? 1
    if (rows.filter(({ version }) => version >= first).length !== newest.version - first + 1)
      return { kind: 'unreadable', why: 'a version of the policy is missing' }
    if (!this.#vouched(newest)) return { kind: 'unreadable', why: 'the newest version of the policy is damaged' }
    const read = loadPolicy(newest.policy_json)
    return read.kind === 'loaded' && read.policy.version !== newest.version
      ? { kind: 'unreadable', why: 'the newest version of the policy is another than it says' }
      : read
  }

  #rows(): readonly Row[] {
    return this.#parts.db.prepare('SELECT * FROM policy_versions ORDER BY version DESC').all() as Row[]
  }

  #versionOf(row: Row, before: Row | null): PolicyVersion {
    const read = loadPolicy(row.policy_json)
    return {
      version: row.version,
      atMs: row.at_ms,
      actor: row.actor,
      reason: row.reason,
      origin: POLICY_ORIGINS.find((origin) => origin === row.origin) ?? 'change',
      policy: read.kind === 'loaded' ? read.policy : null,
      intact: this.#vouched(row) && (before === null || row.prev_mac.equals(before.mac)),
    }
  }

  #vouched(row: Row): boolean {
    const mac = this.#macOf(row)
    return row.mac.length === mac.length && timingSafeEqual(row.mac, mac)
  }

  #macOf(row: Omit<Row, 'mac'>): Buffer {
    const { version, at_ms, actor, reason, origin, policy_json } = row
    const body = { version, at_ms, actor, reason, origin, policy_json, prev_mac: row.prev_mac.toString('hex') }
    return createHmac('sha256', this.#parts.macKey).update(canonicalJson(body)).digest()
  }
}
