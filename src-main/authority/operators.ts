import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'

import type { Vault } from '../credentials/credentials'
import type { AdminAct } from '../domain/admin-act'
import { ACT_RULES, type AuthorityPermission, type Role, type SecondFactorRule } from '../domain/authority'
import { sameAddress } from '../domain/evm'
import type { Clock } from '../lib/clock'
import { moveAside } from '../lib/own-file'
import type { Random } from '../lib/random'
import { err, ok, type Result } from '../lib/result'
import { actsBeyondReach, inForce, operatorMay, type KeyFacts } from './act-rules'
import {
  AUTHORITY_FILE,
  MOST_OPERATORS,
  NOBODY,
  operatorName,
  type AuthorityBody,
  type AuthorityReading,
  type StoredOperator,
} from './authority-file'
import type { Mark, MarkFault } from './marks'
import { OperatorProofs } from './operator-proof'
import { markOf, SealedFile } from './sealed-file'
import { makeSlowHash } from './slow-hash'
import { newTotpSecret, totpStepOf } from './totp'

/** What the operators are made of. */
export interface OperatorsOptions {
  readonly dataDir: string
  readonly clock: Clock
  readonly random: Random
  readonly vault: Vault
  /** Key of the file's MAC; without one nobody is believed and nothing is stored. */
  readonly macKey: () => KeyObject | null
  /** The recovery keys as they stand: what is stored must leave every act within somebody's reach. */
  readonly keys: () => readonly KeyFacts[]
  /** Time since the machine started, ms. */
  readonly uptimeMs?: () => number
  /** The file was written anew. */
  readonly onWritten?: () => void
  /** scrypt's N; at least 2^15. */
  readonly costN?: number
}

/** Who somebody is to be. */
export interface NewOperator {
  readonly name: string
  readonly role: Role
  readonly permissions: readonly AuthorityPermission[]
  /** Wall time, ms; null means never. */
  readonly expiresAtMs: number | null
}

/** What can be changed of a person; the name stays, for records name them by it. */
export type OperatorChange = Partial<Omit<NewOperator, 'name'>>

/** Rules that the owner may set. */
export interface RulesChange {
  readonly raised?: Readonly<Partial<Record<AdminAct, number>>>
  readonly secondFactor?: SecondFactorRule
  readonly lockAfterMinutes?: number | null
}

/** Why something was not stored. */
export type StoreFailure =
  'UNREADABLE' | 'STORAGE' | 'BEYOND_REACH' | 'NOT_FOUND' | 'NAME_TAKEN' | 'BAD_NAME' | 'TOO_MANY' | 'TOO_FEW_APPROVALS'
/** Whether there are people at all: none, some, or a file that nobody can vouch for, which is no reason to let anybody in. */
export type PeopleState = 'none' | 'some' | 'unknown'

/**
 * The named operators and the rules of what needs whom (product rows P7, B6). Kept in a file under a MAC in the data folder, which is read once: only
 * this process writes it. No configuration is stored that leaves an act beyond everybody's reach.
 */
export class Operators {
  readonly #options: OperatorsOptions
  readonly #path: string
  readonly #file: SealedFile<typeof AUTHORITY_FILE.body>
  readonly #proofs: OperatorProofs
  #fault: MarkFault | null = null
  #read: { readonly macKey: KeyObject | null; readonly reading: AuthorityReading } | null = null

  constructor(options: OperatorsOptions) {
    this.#options = options
    this.#path = join(options.dataDir, 'authority.json')
    this.#file = new SealedFile({ ...options, kind: AUTHORITY_FILE, path: this.#path })
    this.#proofs = new OperatorProofs({ ...options, body: () => this.body(), write: (body) => this.#write(body) })
  }

  /** The file as it stands. */
  reading(): AuthorityReading {
    const macKey = this.#options.macKey()
    if (this.#read?.macKey !== macKey) this.#read = { macKey, reading: this.#file.read(macKey) }
    return this.#fault === null ? this.#read.reading : { kind: 'unreadable', why: 'it is not the latest' }
  }

  /** By what the file is known again. */
  mark(): Mark | 'absent' | 'unknown' {
    return markOf(this.reading())
  }

  /** The file is not the latest, or gone: nobody is believed by it, until it is set aside. */
  distrust(fault: MarkFault): void {
    this.#fault = fault
  }

  /** How the file fails to follow on what was known of it; null when it does. */
  get fault(): MarkFault | null {
    return this.#fault
  }

  /** What counts: the file where it is vouched for, and nobody where there is none. Null where it cannot be believed. */
  body(): AuthorityBody | null {
    const reading = this.reading()
    if (reading.kind === 'absent') return NOBODY
    return reading.kind === 'present' && reading.integrity === 'verified' ? reading.body : null
  }

  /** Whether there are people. One whose time ran out is still somebody: an end must not open the app to everybody. */
  people(): PeopleState {
    const body = this.body()
    if (body === null) return 'unknown'
    return body.operators.some(({ revokedAtMs }) => revokedAtMs === null) ? 'some' : 'none'
  }

  /** Somebody who counts now, by id; null otherwise. */
  active(id: string): StoredOperator | null {
    const found = this.body()?.operators.find((operator) => operator.id === id) ?? null
    return found !== null && inForce(found, this.#options.clock.wallMs()) ? found : null
  }

  /** Those who may approve an act now. */
  approversOf(act: AdminAct): readonly StoredOperator[] {
    const body = this.body()
    const nowMs = this.#options.clock.wallMs()
    return body === null ? [] : body.operators.filter((operator) => operatorMay(operator, act, body, nowMs))
  }

  /** How long somebody's next attempt has to wait, ms. */
  waitMs(id: string): number {
    return this.#proofs.waitMs(id)
  }

  /** Somebody's wrong attempts in a row. */
  failures(id: string): number {
    return this.#proofs.failures(id)
  }

  /** See {@link OperatorProofs.authenticate}. */
  readonly authenticate: OperatorProofs['authenticate'] = (...asked) => this.#proofs.authenticate(...asked)

  /** See {@link OperatorProofs.checkPassword}. */
  readonly checkPassword: OperatorProofs['checkPassword'] = (...asked) => this.#proofs.checkPassword(...asked)

  /** Adds a person; the password is wiped. Answers the new id. */
  async add(person: NewOperator, password: Uint8Array): Promise<Result<string, StoreFailure>> {
    const { random, clock, costN } = this.#options
    try {
      const name = person.name.normalize('NFC').trim()
      if (!operatorName.safeParse(name).success) return err('BAD_NAME')
      const hash = await makeSlowHash(password, random, costN)
      const id = Buffer.from(random.bytes(4)).toString('hex')
      const stored: StoredOperator = {
        ...person,
        name,
        permissions: [...person.permissions],
        id,
        createdAtMs: Math.floor(clock.wallMs()),
        revokedAtMs: null,
        password: hash,
        totp: null,
        device: null,
      }
      const written = this.#change((body) => {
        // Names of those who were revoked stay theirs: the record must not mean two people by one name.
        if (body.operators.some((other) => sameName(other.name, name))) return err('NAME_TAKEN')
        if (body.operators.length >= MOST_OPERATORS) return err('TOO_MANY')
        return ok({ ...body, operators: [...body.operators, stored] })
      })
      return written.ok ? ok(id) : written
    } finally {
      password.fill(0)
    }
  }

  /** Changes what a person may do, or until when. */
  change(id: string, change: OperatorChange): Result<void, StoreFailure> {
    return this.#alter(id, (operator) => ({
      ...operator,
      ...change,
      permissions: [...(change.permissions ?? operator.permissions)],
    }))
  }

  /** Takes a person out for good. */
  revoke(id: string): Result<void, StoreFailure> {
    const revokedAtMs = Math.floor(this.#options.clock.wallMs())
    return this.#alter(id, (operator) => ({ ...operator, revokedAtMs: operator.revokedAtMs ?? revokedAtMs, totp: null, device: null }))
  }

  /** Gives a person another password; it is wiped. */
  async setPassword(id: string, password: Uint8Array): Promise<Result<void, StoreFailure>> {
    try {
      const hash = await makeSlowHash(password, this.#options.random, this.#options.costN)
      return this.#alter(id, (operator) => ({ ...operator, password: hash }))
    } finally {
      password.fill(0)
    }
  }

  /** A secret for a new second factor, which counts after {@link Operators.enrol}. The caller wipes it. */
  newSecondFactor(): Buffer {
    return newTotpSecret(this.#options.random)
  }

  /** Whether a code is one of a secret that is being enrolled. */
  isCodeOf(secret: Uint8Array, code: Uint8Array): boolean {
    return totpStepOf(secret, code, this.#options.clock.wallMs(), null) !== null
  }

  /** Makes a second factor count once its first code was shown; that code is used up by it. */
  async enrol(id: string, secret: Uint8Array, code: Uint8Array): Promise<Result<void, StoreFailure | 'WRONG' | 'NO_KEYCHAIN'>> {
    const { vault, clock } = this.#options
    const step = totpStepOf(secret, code, clock.wallMs(), null)
    if (step === null) return err('WRONG')
    // The seal is of a copy: some keychains keep what they were given.
    const copy = Buffer.from(secret)
    const sealed = await vault.seal(copy)
    copy.fill(0)
    if (!sealed.ok) return err('NO_KEYCHAIN')
    const totp = { sealedBase64: sealed.value.toString('base64'), enrolledAtMs: Math.floor(clock.wallMs()), lastUsedStep: step }
    return this.#alter(id, (operator) => ({ ...operator, totp }))
  }

  /** Makes a device count as a second factor, once it has signed. One device is one person's: two approvals by it are not two people's. */
  enrolDevice(id: string, address: string): Result<void, StoreFailure> {
    if (this.ownerOf(address, id) !== null) return err('NAME_TAKEN')
    const device = { address, enrolledAtMs: Math.floor(this.#options.clock.wallMs()) }
    return this.#alter(id, (operator) => ({ ...operator, device }))
  }

  /** Whose device this is, somebody else's than `id`; null when nobody's. */
  ownerOf(address: string, id: string): string | null {
    const isTheirs = (other: StoredOperator): boolean =>
      other.id !== id && other.device !== null && sameAddress(other.device.address, address)
    return this.body()?.operators.find(isTheirs)?.name ?? null
  }

  /** Takes a person's device away. */
  removeDevice(id: string): Result<void, StoreFailure> {
    return this.#alter(id, (operator) => ({ ...operator, device: null }))
  }

  /** Takes a person's authenticator away. */
  removeSecondFactor(id: string): Result<void, StoreFailure> {
    return this.#alter(id, (operator) => ({ ...operator, totp: null }))
  }

  /** Sets the owner's rules. No act ever needs fewer approvals than its own rule says. */
  setRules({ raised, ...change }: RulesChange): Result<void, StoreFailure> {
    const given = Object.entries(raised ?? {}) as [AdminAct, number][]
    if (given.some(([act, count]) => count < ACT_RULES[act].approvals)) return err('TOO_FEW_APPROVALS')
    return this.#change((body) => {
      const all = Object.entries({ ...body.raised, ...raised }) as [AdminAct, number][]
      return ok({ ...body, ...change, raised: Object.fromEntries(all.filter(([act, count]) => count > ACT_RULES[act].approvals)) })
    })
  }

  /**
   * Sets the file aside, where nobody can vouch for it any more; from now on there are no operators, and a file says so: its not being there would
   * look as if somebody had taken it away. Throws the system's error.
   */
  setAside(): Result<void, 'STORAGE'> {
    if (this.reading().kind === 'absent') return ok(undefined)
    if (this.#fault !== 'REMOVED') moveAside(this.#path, String(Math.floor(this.#options.clock.wallMs())))
    this.#fault = null
    this.#read = null
    return this.#write(NOBODY)
  }

  #alter(id: string, alter: (operator: StoredOperator) => StoredOperator): Result<void, StoreFailure> {
    return this.#change((body) => {
      const found = body.operators.find((operator) => operator.id === id)
      if (found === undefined || found.revokedAtMs !== null) return err('NOT_FOUND')
      return ok({ ...body, operators: body.operators.map((operator) => (operator === found ? alter(operator) : operator)) })
    })
  }

  #change(alter: (body: AuthorityBody) => Result<AuthorityBody, StoreFailure>): Result<void, StoreFailure> {
    const before = this.body()
    if (before === null || this.#options.macKey() === null) return err('UNREADABLE')
    const altered = alter(before)
    if (!altered.ok) return altered
    const parsed = AUTHORITY_FILE.body.safeParse(altered.value)
    if (!parsed.success) return err('UNREADABLE')
    if (actsBeyondReach(parsed.data, parsed.data.operators, this.#options.keys()).length > 0) return err('BEYOND_REACH')
    return this.#write(parsed.data)
  }

  #write(body: AuthorityBody): Result<void, 'STORAGE'> {
    const macKey = this.#options.macKey()
    const written = this.#file.write({ ...body }, macKey)
    if (!written.ok) return written
    this.#read = { macKey, reading: written.value }
    this.#options.onWritten?.()
    return ok(undefined)
  }
}

function sameName(a: string, b: string): boolean {
  return a.normalize('NFKC').toLowerCase() === b.normalize('NFKC').toLowerCase()
}
