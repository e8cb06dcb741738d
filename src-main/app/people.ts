import type { Problem } from '../../src-preload/contract/problem'
import { approvalsNeeded, inForce, keyMay } from '../authority/act-rules'
import { AppLock, type LockReason, type Presence } from '../authority/app-lock'
import type { AuthorityBody, StoredOperator } from '../authority/authority-file'
import { Operators } from '../authority/operators'
import { RecoveryKeys } from '../authority/recovery-keys'
import type { Vault } from '../credentials/credentials'
import type { AdminAct } from '../domain/admin-act'
import type { AuditFact } from '../domain/audit-event'
import { hasRole, KEYS_OF_LAST_RESORT } from '../domain/authority'
import { CALL_RULES } from '../ipc/call-rules'
import type { Clock, Scheduler } from '../lib/clock'
import type { Random } from '../lib/random'
import { MachineKey } from './machine-key'

/** What {@link People} is made of. */
export interface PeopleParts {
  readonly dataDir: string
  readonly vault: Vault
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  /** Records a fact where a log takes it; whether it did. */
  readonly record: (fact: AuditFact) => boolean
  /** Who is here, or who may do what, has changed. */
  readonly onChange: () => void
  /** The app was locked: whatever secret is being asked for is asked no more. */
  readonly onLocked: () => void
}

/** What an act needs now. */
export interface ActNeeds {
  readonly approvals: number
  /** So many different recovery keys are enough. */
  readonly keys: 1 | 2
  readonly people: readonly StoredOperator[]
  /** Whether what says so is as we wrote it. */
  readonly verified: boolean
}

/** Who may do what on this machine, and who is at the app now. Apart from every environment: a release needs it when no database opens. */
export class People {
  readonly machineKey: MachineKey
  readonly recoveryKeys: RecoveryKeys
  readonly operators: Operators
  readonly lock: AppLock
  readonly #parts: PeopleParts

  constructor(parts: PeopleParts) {
    this.#parts = parts
    const { dataDir, vault, clock, scheduler, random } = parts
    this.machineKey = new MachineKey(dataDir, vault)
    const macKey = () => this.machineKey.mac
    this.recoveryKeys = new RecoveryKeys({ dataDir, clock, random, macKey })
    this.operators = new Operators({ dataDir, clock, random, vault, macKey, keys: () => this.#verifiedKeys() })
    this.lock = new AppLock({
      operators: this.operators,
      clock,
      scheduler,
      onLocked: (reason, actor) => {
        this.#locked(reason, actor)
      },
    })
  }

  /** Opens what vouches for the rest. */
  async start(): Promise<void> {
    await this.machineKey.open()
    this.lock.begin()
  }

  /** Stops watching the time. */
  stop(): void {
    this.lock.stop()
  }

  /** Who is here now. */
  presence(): Presence {
    return this.lock.presence()
  }

  /** Why a call is not for whoever is here now, or null. Calls of the main-owned window have no line: it only answers what main asks. */
  refuses(name: string): Problem | null {
    if (name.startsWith('secure.')) return null
    const rule = Object.hasOwn(CALL_RULES, name) ? CALL_RULES[name as keyof typeof CALL_RULES] : null
    if (rule === null) return { code: 'NOT_PERMITTED', figures: {} }
    const { locked, role, actor } = this.presence()
    if (locked) return rule.whileLocked ? null : { code: 'APP_LOCKED', figures: {} }
    if (hasRole(role, rule.role)) return null
    const data = { call: name, role, needs: rule.role }
    this.#parts.record({ category: 'SECURITY_VIOLATION', severity: 'medium', type: 'CallRefused', actor, subject: null, data })
    return { code: 'NOT_PERMITTED', figures: { role, needs: rule.role } }
  }

  /** Whether everything that says who may do what is as we wrote it. */
  get verified(): boolean {
    const keys = this.recoveryKeys.describe()
    return this.#rules !== null && (keys.kind === 'absent' || (keys.kind === 'present' && keys.integrity === 'verified'))
  }

  /** What an act needs now. Where that cannot be told, every recovery key that stands, up to two, and nobody's word. */
  needsOf(act: AdminAct, atLeast: number): ActNeeds {
    const body = this.#rules
    if (body === null) {
      const keys = this.#lastResort()
      return { approvals: keys, keys, people: [], verified: false }
    }
    const approvals = approvalsNeeded(act, body, atLeast)
    return { approvals, keys: approvals === 1 ? 1 : 2, people: this.operators.approversOf(act), verified: this.verified }
  }

  /** What unlocking needs: any one who counts, or one recovery key; where neither can be vouched for, all keys that stand, up to two. */
  needsOfUnlocking(): Omit<ActNeeds, 'approvals'> {
    const body = this.#rules
    if (body === null) return { keys: this.#lastResort(), people: [], verified: false }
    const nowMs = this.#parts.clock.wallMs()
    return { keys: 1, people: body.operators.filter((operator) => inForce(operator, nowMs)), verified: this.verified }
  }

  /** Whether a recovery key may approve an act; in a file that nothing vouches for, its being there must do. */
  keyMay(keyId: string, act: AdminAct): boolean {
    const key = this.recoveryKeys.standing().find(({ id }) => id === keyId)
    return key !== undefined && (this.#rules === null || keyMay(key, act, this.#parts.clock.wallMs()))
  }

  /** Tells that who may do what has changed. */
  changed(): void {
    this.lock.reconsider()
    this.#parts.onChange()
  }

  /** The rules, where they can be believed. A damaged file of recovery keys does not silence the operators, nor theirs the keys. */
  get #rules(): AuthorityBody | null {
    return this.machineKey.mac === null ? null : this.operators.body()
  }

  /** Recovery keys that may be counted on when rules are made. */
  #verifiedKeys() {
    const keys = this.recoveryKeys.describe()
    return keys.kind === 'present' && keys.integrity === 'verified' && keys.seen ? keys.keys : []
  }

  #lastResort(): 1 | 2 {
    return this.recoveryKeys.standing().length === 1 ? 1 : KEYS_OF_LAST_RESORT
  }

  #locked(reason: LockReason, actor: string): void {
    this.#parts.record({ category: 'SYSTEM_EVENT', severity: 'low', type: 'AppLocked', actor, subject: null, data: { reason } })
    this.#parts.onLocked()
    this.#parts.onChange()
  }
}
