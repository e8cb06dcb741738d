import type { Problem } from '../../../src-preload/contract/problem'
import { approvalsNeeded, inForce, keyMay } from '../../authority/act-rules'
import { AppLock, type LockReason, type Presence } from '../../authority/app-lock'
import type { AuthorityBody, StoredOperator } from '../../authority/authority-file'
import { compareMarks, newestMarks, type MarkFinding, type Marks, type MarkStore } from '../../authority/marks'
import { Operators } from '../../authority/operators'
import { RecoveryKeys } from '../../authority/recovery-keys'
import type { Vault } from '../../credentials/credentials'
import type { AdminAct } from '../../domain/admin-act'
import type { AuditFact } from '../../domain/audit-event'
import { hasRole, KEYS_OF_LAST_RESORT } from '../../domain/authority'
import { CALL_RULES } from '../../ipc/call-rules'
import type { Clock, Scheduler } from '../../lib/clock'
import type { Random } from '../../lib/random'
import { MachineKey } from '../start/machine-key'

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
  /** The app was locked: whatever secret is being asked for is asked no more, and no key stays open. */
  readonly onLocked: () => void
  /** The app's own log. */
  readonly log: (what: string, thrown: unknown) => void
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
  /** Where it is kept by what the files are known again; null while no environment is open. */
  #marks: MarkStore | null = null
  /** Whether the files were compared with anything yet: before that, nobody is believed to be who they show. */
  #isCompared = false

  constructor(parts: PeopleParts) {
    this.#parts = parts
    const { dataDir, vault, clock, scheduler, random } = parts
    this.machineKey = new MachineKey(dataDir, vault)
    const macKey = () => this.machineKey.mac
    const onWritten = (): void => {
      this.#keepMarks()
    }
    this.recoveryKeys = new RecoveryKeys({ dataDir, clock, random, macKey, onWritten })
    this.operators = new Operators({ dataDir, clock, random, vault, macKey, onWritten, keys: () => this.#verifiedKeys() })
    this.lock = new AppLock({
      operators: this.operators,
      recoveryKeys: this.recoveryKeys,
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

  /**
   * Compares the files with what the open environment's database remembers of them, and with what was remembered elsewhere. What is not the latest is not
   * believed from now on, and told; otherwise what is there is remembered, now and whenever it changes. Null while none is open.
   */
  compareWith(store: MarkStore | null, elsewhere: Marks): readonly MarkFinding[] {
    this.#marks = store
    this.#isCompared = true
    const known = newestMarks([this.#knownMarks(), elsewhere])
    const findings = compareMarks(known, { operators: this.operators.mark(), 'recovery-keys': this.recoveryKeys.mark() })
    for (const { file, fault } of findings) {
      if (file === 'operators') this.operators.distrust(fault)
      else this.recoveryKeys.distrust(fault)
    }
    this.#keepMarks()
    return findings
  }

  /** The environment that remembered is closed. */
  forgetStore(): void {
    this.#marks = null
  }

  /** What puts it right when something about keys or people is not believed; null when all is well. */
  get wayOut(): 'vouch-anew' | 'new-keys' | 'put-back' | null {
    if (this.verified) return null
    const keys = this.recoveryKeys.describe()
    const rules = this.#rules
    if (rules !== null && this.operators.approversOf('replace-recovery-keys').length > 0) return 'new-keys'
    return keys.kind === 'present' ? 'vouch-anew' : 'put-back'
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
    if (!this.#isCompared && !rule.whileLocked) return { code: 'NOT_READY', figures: {} }
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
    const people = this.operators.approversOf(act)
    const approvals = approvalsNeeded(act, body, atLeast)
    if (!this.#areKeysDoubted) return { approvals, keys: approvals === 1 ? 1 : 2, people, verified: this.verified }
    const keys = this.#lastResort()
    return { approvals: people.length === 0 ? keys : approvals, keys, people, verified: false }
  }

  /** What unlocking needs: any one who counts, or one recovery key; where neither can be vouched for, all keys that stand, up to two. */
  needsOfUnlocking(): Omit<ActNeeds, 'approvals'> {
    const body = this.#rules
    if (body === null) return { keys: this.#lastResort(), people: [], verified: false }
    const nowMs = this.#parts.clock.wallMs()
    const people = body.operators.filter((operator) => inForce(operator, nowMs))
    return { keys: this.#areKeysDoubted ? this.#lastResort() : 1, people, verified: this.verified }
  }

  /**
   * Whether a recovery key may approve an act; in a file that nothing vouches for, its being there must do. One of a file that is not the latest may not
   * where people can.
   */
  keyMay(keyId: string, act: AdminAct): boolean {
    const key = this.recoveryKeys.standing().find(({ id }) => id === keyId)
    if (this.#areKeysDoubted && this.operators.approversOf(act).length > 0) return false
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

  /** The file of the recovery keys is one of ours, and not the latest. */
  get #areKeysDoubted(): boolean {
    return this.#rules !== null && this.recoveryKeys.fault !== null
  }

  #knownMarks(): Marks {
    try {
      return this.#marks?.load() ?? {}
    } catch (thrown) {
      this.#parts.log('reading by what the files of people and keys are known', thrown)
      return {}
    }
  }

  /** Of a file that is not believed, what is known stays. */
  #keepMarks(): void {
    if (this.#marks === null) return
    const [operators, keys] = [this.operators.mark(), this.recoveryKeys.mark()]
    try {
      this.#marks.save({
        ...this.#knownMarks(),
        ...(typeof operators === 'string' ? {} : { operators }),
        ...(typeof keys === 'string' ? {} : { 'recovery-keys': keys }),
      })
    } catch (thrown) {
      // What is newer than remembered is believed: the next opening remembers it.
      this.#parts.log('remembering by what the files of people and keys are known', thrown)
    }
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
