import type { Problem, Reply } from '../../../src-preload/contract/problem'
import type { SecureTask } from '../../../src-preload/contract/secure'
import type { StoredOperator } from '../../authority/authority-file'
import type { ActChange, AdminAct } from '../../domain/admin-act'
import type { AuditFact } from '../../domain/audit-event'
import type { AppContext } from '../context'
import { operatorProblem, recordRefused, type ProveParts } from '../people/prove'
import type { JudgeAnswer } from '../windows/secure-window'

/** A call that answers whether it was done. */
export type Done = Promise<Reply<{ done: boolean }>>

/** What the calls about authority share. */
export interface AuthorityCalls {
  readonly context: AppContext
  readonly prove: ProveParts
  /** Records a change of who may do what before it is made; a problem where it cannot be recorded. */
  readonly record: (type: string, subject: string, data: AuditFact['data'], severity?: AuditFact['severity']) => Problem | null
  /** Asks for authority, then changes. */
  readonly authorise: (act: AdminAct, subject: string, changes: readonly ActChange[], change: () => Problem | null, atLeast?: 1 | 2) => Done
  /** Asks something else in the main-owned window. */
  readonly ask: (task: SecureTask, judge: JudgeAnswer) => Done
}

/** Whether a person knows their password, before something is made theirs; a wrong one is on record. The password is wiped. */
export async function refusedPassword(
  { context, prove }: AuthorityCalls,
  { id, name }: Pick<StoredOperator, 'id' | 'name'>,
  password: Uint8Array,
  act: string,
): Promise<Problem | null> {
  const { operators } = context.people
  const known = await operators.checkPassword(id, password)
  if (known.ok) return null
  recordRefused(prove, 'OperatorRefused', name, { code: known.error, act })
  return operatorProblem(known.error, operators.waitMs(id))
}
