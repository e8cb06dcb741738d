import { uptime } from 'node:os'
import { join } from 'node:path'

import type { Vault } from '../credentials/credentials'
import type { Clock } from '../lib/clock'
import { err, ok, type Result } from '../lib/result'
import { inForce } from './act-rules'
import { Attempts } from './attempts'
import type { AuthorityBody, StoredOperator } from './authority-file'
import { fitsSlowHash } from './slow-hash'
import { totpStepOf } from './totp'

/** Why somebody was not believed. WRONG does not say what was. */
export type AuthenticationFailure = 'WRONG' | 'NOT_CONFIRMED' | 'EXPIRED' | 'REVOKED' | 'RATE_LIMITED' | 'UNREADABLE' | 'STORAGE'

/** Has the device of this address confirm what is being approved; whether it did. */
export type AskDevice = (address: string) => Promise<boolean>

/** What people are believed by. */
export interface OperatorProofParts {
  readonly dataDir: string
  readonly clock: Clock
  readonly vault: Vault
  /** Time since the machine started, ms. */
  readonly uptimeMs?: () => number
  /** The file where it is vouched for; null where it cannot be believed. */
  readonly body: () => AuthorityBody | null
  /** Writes the file: a code is used up before anybody is believed. */
  readonly write: (body: AuthorityBody) => Result<void, 'STORAGE'>
}

/** Whether somebody is who they say (product rows P7, B6): by password and second factor, with attempts that wait longer and longer. */
export class OperatorProofs {
  readonly #parts: OperatorProofParts
  readonly #attempts = new Map<string, Attempts>()

  constructor(parts: OperatorProofParts) {
    this.#parts = parts
  }

  /** How long somebody's next attempt has to wait, ms. */
  waitMs(id: string): number {
    return this.#attemptsOf(id).waitMs()
  }

  /** Somebody's wrong attempts in a row. */
  failures(id: string): number {
    return this.#attemptsOf(id).failures
  }

  /**
   * Whether it is who it says, by password and, where one is enrolled, a second factor: a code, or their device. Password and code are looked at whichever is
   * wrong, attempts wait longer and longer, and a code is used up before anybody is believed. A device is asked only of who knows the password: nobody else
   * can make it ask, and whoever holds it learns that somebody knows it. Password and code are wiped.
   */
  async authenticate(
    id: string,
    password: Uint8Array,
    second: Uint8Array | AskDevice | null,
  ): Promise<Result<StoredOperator, AuthenticationFailure>> {
    const code = typeof second === 'function' ? null : second
    try {
      const attempts = this.#attemptsOf(id)
      if (attempts.waitMs() > 0) return err('RATE_LIMITED')
      const found = this.#parts.body()?.operators.find((operator) => operator.id === id)
      if (found === undefined) return err('UNREADABLE')
      attempts.count()
      const passwordFits = await fitsSlowHash(password, found.password)
      if (typeof second === 'function') {
        const confirmed = await this.#confirm(found, passwordFits, second)
        if (!confirmed.ok) return confirmed
        attempts.clear()
        return this.#counting(confirmed.value)
      }
      const secret = found.totp === null ? null : await this.#parts.vault.open(Buffer.from(found.totp.sealedBase64, 'base64'))
      if (secret?.ok === false) return err('UNREADABLE')
      const used = this.#useUp(id, found, passwordFits, secret?.value ?? null, code)
      secret?.value.fill(0)
      if (!used.ok) return used
      attempts.clear()
      return this.#counting(found)
    } finally {
      password.fill(0)
      code?.fill(0)
    }
  }

  /** Whether somebody knows their password; counted and limited as {@link OperatorProofs.authenticate}. Proves nobody where a second factor is asked for. */
  async checkPassword(id: string, password: Uint8Array): Promise<Result<void, AuthenticationFailure>> {
    try {
      const attempts = this.#attemptsOf(id)
      if (attempts.waitMs() > 0) return err('RATE_LIMITED')
      const found = this.#parts.body()?.operators.find((operator) => operator.id === id)
      if (found === undefined || !inForce(found, this.#parts.clock.wallMs())) return err('UNREADABLE')
      attempts.count()
      if (!(await fitsSlowHash(password, found.password))) return err('WRONG')
      attempts.clear()
      return ok(undefined)
    } finally {
      password.fill(0)
    }
  }

  /** Believed by their device, which may have taken minutes: who they are is looked up anew. */
  async #confirm(seen: StoredOperator, passwordFits: boolean, ask: AskDevice): Promise<Result<StoredOperator, AuthenticationFailure>> {
    if (!passwordFits || seen.device === null) return err('WRONG')
    if (!(await ask(seen.device.address))) return err('NOT_CONFIRMED')
    const now = this.#parts.body()?.operators.find(({ id }) => id === seen.id)
    return now !== undefined && meansOf(now) === meansOf(seen) ? ok(now) : err('WRONG')
  }

  #counting(operator: StoredOperator): Result<StoredOperator, AuthenticationFailure> {
    if (inForce(operator, this.#parts.clock.wallMs())) return ok(operator)
    return err(operator.revokedAtMs === null ? 'EXPIRED' : 'REVOKED')
  }

  /** The last part of believing somebody, with nothing in between: two who show the same code at once do not both pass. */
  #useUp(
    id: string,
    seen: StoredOperator,
    passwordFits: boolean,
    secret: Buffer | null,
    code: Uint8Array | null,
  ): Result<void, AuthenticationFailure> {
    const body = this.#parts.body()
    const now = body?.operators.find((operator) => operator.id === id)
    // Somebody whose password or second factor changed meanwhile begins anew.
    if (body === null || now === undefined || meansOf(now) !== meansOf(seen)) return err('WRONG')
    // A password is enough only of who has no second factor at all.
    if (secret === null || now.totp === null) return passwordFits && now.device === null ? ok(undefined) : err('WRONG')
    const step = code === null ? null : totpStepOf(secret, code, this.#parts.clock.wallMs(), now.totp.lastUsedStep)
    if (!passwordFits || step === null) return err('WRONG')
    const totp = { ...now.totp, lastUsedStep: step }
    const operators = body.operators.map((operator) => (operator.id === id ? { ...operator, totp } : operator))
    return this.#parts.write({ ...body, operators })
  }

  #attemptsOf(id: string): Attempts {
    const known =
      this.#attempts.get(id) ??
      new Attempts(join(this.#parts.dataDir, `operator-${id}-attempts.json`), this.#parts.uptimeMs ?? (() => uptime() * 1_000))
    this.#attempts.set(id, known)
    return known
  }
}

/** By what somebody is known; while it is the same, so is what was shown of it. */
function meansOf({ password, totp, device }: StoredOperator): string {
  return JSON.stringify([password, totp?.sealedBase64 ?? null, device?.address ?? null])
}
