import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { existsSync } from 'node:fs'

import { z } from 'zod'

import type { AuditAppender } from '../../domain/audit-event'
import type { Clock } from '../../lib/clock'
import { canonicalJson } from '../../lib/json'
import { moveAside, readOwnFile, replaceOwnFile } from '../../lib/own-file'
import { compareSignerPolicies, type SignerPolicyChange } from './compare-signer-policies'
import { keptForm, NOTHING_ALLOWED, signerPolicySchema, type SignerPolicy, type SignerPolicyState } from './signer-policy'

/** How a version came about. */
export const SIGNER_POLICY_ORIGINS = ['set-up', 'change', 'import', 'restore', 'begun-anew'] as const
export type SignerPolicyOrigin = (typeof SIGNER_POLICY_ORIGINS)[number]

/** Who changes the policy, why, and how the change came about. */
export interface SignerPolicyAuthor {
  readonly actor: string
  readonly reason: string
  readonly origin: SignerPolicyOrigin
}

/** A version as it is kept; `intact` when nothing of it was changed since. */
export interface SignerPolicyVersion extends SignerPolicyAuthor {
  readonly version: number
  readonly atMs: number
  readonly policy: SignerPolicy
  readonly intact: boolean
}

/** Where the newest version's number and hash are kept apart from the file, so that an older file in its place is noticed. */
export interface SignerPolicyAnchor {
  read(): { readonly version: number; readonly hash: string } | null
  write(newest: { readonly version: number; readonly hash: string }): void
}

/** Parts of a {@link SignerPolicyFile}. */
export interface SignerPolicyFileParts {
  readonly path: string
  /** What the lines are vouched for with; of this purpose alone. */
  readonly macKey: Buffer
  readonly anchor: SignerPolicyAnchor
  readonly audit: AuditAppender
  readonly clock: Clock
}

const MOST_FILE_BYTES = 16 * 1024 * 1024
const lineSchema = z.strictObject({
  version: z.int().min(1),
  atMs: z.int().min(0),
  actor: z.string().max(500),
  reason: z.string().max(500),
  origin: z.enum(SIGNER_POLICY_ORIGINS),
  policy: signerPolicySchema,
  prev: z.string().regex(/^(?:[0-9a-f]{64})?$/),
  mac: z.string().regex(/^[0-9a-f]{64}$/),
})

interface Newest {
  readonly version: number
  readonly hash: string
  readonly policy: SignerPolicy
}

/**
 * The signers' policy as it is kept (product row C7): one line a version, each vouched for and naming the one before, in a file of its own. It shares
 * nothing with where the trading policy is kept. What cannot be believed in full denies everything, until a person begins anew.
 */
export class SignerPolicyFile {
  readonly #parts: SignerPolicyFileParts
  #lines: readonly string[] = []
  #newest: Newest | null = null
  #why = ''

  constructor(parts: SignerPolicyFileParts) {
    this.#parts = parts
    const loaded = this.#load()
    if (typeof loaded === 'string') this.#why = loaded
    else this.#newest = loaded
    if (loaded === null) this.#first()
  }

  /** The policy in force, or why there is none. */
  readonly state = (): SignerPolicyState =>
    this.#newest === null
      ? { kind: 'unreadable', why: this.#why }
      : { kind: 'loaded', version: this.#newest.version, policy: this.#newest.policy }

  /** Every version that can be read, newest first. */
  versions(): readonly SignerPolicyVersion[] {
    return this.#lines
      .map((line, index) => this.#versionOf(line, this.#lines[index - 1] ?? null))
      .filter((version) => version !== null)
      .reverse()
  }

  /** Whether nobody but set-up has changed it: only then may set-up go on by itself. */
  get isFromSetUp(): boolean {
    return this.#newest !== null && this.versions().every(({ origin }) => origin === 'set-up')
  }

  /** What a change would do; throws while the policy is unreadable. */
  compare(next: SignerPolicy): readonly SignerPolicyChange[] {
    if (this.#newest === null) throw new RangeError('there is nothing to compare with')
    return compareSignerPolicies(this.#newest.policy, next)
  }

  /** Makes another version. Whoever loosens something, or takes from what a cancel needs, has been authorised before. Throws while the policy is unreadable, and when it cannot be recorded or kept. */
  change(next: SignerPolicy, author: SignerPolicyAuthor): void {
    if (this.compare(next).length > 0) this.#write(next, author)
  }

  /** Puts a policy in the place of one that cannot be read, which is set aside. The numbers go on. Throws when it cannot be recorded or kept. */
  beginAnew(next: SignerPolicy, author: Omit<SignerPolicyAuthor, 'origin'>, suffix: string): void {
    if (existsSync(this.#parts.path)) moveAside(this.#parts.path, suffix)
    this.#lines = []
    this.#write(next, { ...author, origin: 'begun-anew' })
  }

  /** A log that takes nothing keeps nobody from opening what is there: until the first version can be recorded everything is denied. */
  #first(): void {
    try {
      this.#write(NOTHING_ALLOWED, { actor: 'system', reason: 'made for a fresh environment', origin: 'set-up' })
    } catch {
      this.#newest = null
      this.#why = 'the first version of the signers’ policy could not be recorded'
    }
  }

  /** Recorded before it is kept, and again after: a file cannot be changed in one step with the log. */
  #write(policy: SignerPolicy, author: SignerPolicyAuthor): void {
    const { path, anchor, audit, clock } = this.#parts
    const before = this.#newest ?? anchor.read()
    const version = (before?.version ?? 0) + 1
    const changes = this.#newest === null ? [] : this.compare(policy)
    const body = { version, atMs: clock.wallMs(), ...author, policy: keptForm(policy), prev: before?.hash ?? '' }
    const { actor, reason, origin } = author
    const fact = {
      category: 'SECURITY_VIOLATION' as const,
      severity: changes.some(({ loosens, neededToCancel }) => loosens || neededToCancel) ? ('high' as const) : ('medium' as const),
      actor,
      subject: null,
    }
    audit.append({ ...fact, type: 'SignerPolicyChangeRequested', data: { version, reason, origin, policy: canonicalJson(body.policy) } })
    const line = canonicalJson({ ...body, mac: this.#macOf(body) })
    replaceOwnFile(path, Buffer.from([...this.#lines, line, ''].join('\n')))
    anchor.write({ version, hash: hashOf(line) })
    this.#lines = [...this.#lines, line]
    this.#newest = { version, hash: hashOf(line), policy }
    audit.append({
      ...fact,
      type: 'SignerPolicyChanged',
      data: { version, reason, origin, changes: changes.map((change) => ({ ...change })) },
    })
  }

  /** The newest version, where it can be believed; null where there is none yet; else why not. */
  #load(): Newest | string | null {
    const { path, anchor } = this.#parts
    const recorded = anchor.read()
    const file = readOwnFile(path, MOST_FILE_BYTES)
    if (file.kind === 'odd') return file.why
    if (file.kind === 'absent') return recorded === null ? null : 'its file is missing'
    this.#lines = file.bytes
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
    const line = this.#lines.at(-1) ?? ''
    const newest = parsed(line)
    if (newest === null || !this.#vouched(line)) return 'its newest version is damaged'
    const { version, policy, prev } = newest
    const hash = hashOf(line)
    const isRecorded = recorded?.version === version && recorded.hash === hash
    // Written, and then the app ended before that was recorded.
    const isNext = version === (recorded?.version ?? 0) + 1 && prev === (recorded?.hash ?? '')
    if (!isRecorded && !isNext) return 'it is not the version that was recorded last'
    if (isNext) anchor.write({ version, hash })
    return { version, hash, policy }
  }

  #versionOf(line: string, before: string | null): SignerPolicyVersion | null {
    const read = parsed(line)
    if (read === null) return null
    const { prev, mac: _mac, ...rest } = read
    return { ...rest, intact: this.#vouched(line) && (before === null || prev === hashOf(before)) }
  }

  #vouched(line: string): boolean {
    try {
      const { mac, ...body } = JSON.parse(line) as { mac: string }
      return timingSafeEqual(Buffer.from(mac, 'hex'), Buffer.from(this.#macOf(body), 'hex'))
    } catch {
      return false
    }
  }

  #macOf(body: object): string {
    return createHmac('sha256', this.#parts.macKey).update(canonicalJson(body)).digest('hex')
  }
}

function hashOf(line: string): string {
  return createHash('sha256').update(line).digest('hex')
}

function parsed(line: string): z.output<typeof lineSchema> | null {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}
