import type { SessionView } from '../../../src-preload/contract/authority'
import type { Reply } from '../../../src-preload/contract/problem'
import type { AuditFact } from '../../domain/audit-event'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { AppContext } from '../context'
import { hashOfShown } from '../people/device-proof'
import { askable, prove } from '../people/prove'
import type { AuthorityCalls } from './authority-shared'
import { authorityView } from '../views/authority-view'
import { operatorCalls } from './operators'
import { recoveryKeyCalls } from './recovery-keys'

type Names = Extract<keyof AppCalls, `authority.${string}`>
const WHERE = 'asked for under People and keys'

/** Calls about who may do what and who is here (product rows P7, B6, X5). */
export function authorityCalls(context: AppContext, record: (fact: AuditFact) => boolean): Pick<AppCalls, Names> {
  const { people } = context
  const shared: AuthorityCalls = {
    context,
    prove: { people, record, actor: () => context.actor(), byDevice: context.byDevice },
    record: (type, subject, data, severity = 'high') =>
      record({ category: 'SECURITY_VIOLATION', severity, type, actor: context.actor(), subject: subject === '' ? null : subject, data })
        ? null
        : { code: 'AUDIT_UNAVAILABLE', figures: {} },
    authorise: (act, subject, changes, change, approvalsAtLeast = 1) =>
      context.authorise({ act, subject, reason: WHERE, changes, checks: [], approvalsAtLeast }, () => {
        const problem = change()
        people.changed()
        return problem
      }),
    ask: async (task, judge) => {
      const asked = context.desktop.ask(task, judge)
      return asked === 'busy' ? problemReply('BUSY') : valueReply({ done: await asked })
    },
  }
  return {
    'authority.session': () => valueReply(sessionView(context)),
    'authority.get': () => valueReply(authorityView(people)),
    'authority.lock': () => {
      people.lock.lock('asked')
      return valueReply({})
    },
    'authority.unlock': () => unlock(shared),
    ...operatorCalls(shared),
    ...recoveryKeyCalls(shared),
  }
}

/** Who is here, as windows see it. */
export function sessionView({ people }: Pick<AppContext, 'people'>): SessionView {
  return { ...people.presence(), canLock: people.operators.people() !== 'none', verified: people.verified }
}

async function unlock({ context, prove: parts, ask }: AuthorityCalls): Promise<Reply<{ unlocked: boolean }>> {
  const { people } = context
  if (!people.presence().locked) return valueReply({ unlocked: true })
  const needs = people.needsOfUnlocking()
  const id = context.random.uuid()
  const task = {
    kind: 'unlock-app' as const,
    id,
    keysNeeded: needs.keys,
    people: needs.people.map(askable),
    requestHash: hashOfShown({ act: 'unlock', id }),
  }
  const closed = new AbortController()
  const asked = await ask(task, async (answer) => {
    if (answer.kind !== 'unlock-app') return { code: 'FORBIDDEN', figures: {} }
    const proven = await prove(parts, answer, { act: 'unlock', subject: '', requestHash: task.requestHash, signal: closed.signal })
    if (!proven.ok) return proven.error
    const [first] = proven.value
    if (first === undefined) return { code: 'FORBIDDEN', figures: {} }
    const keys = new Set(proven.value.filter(({ kind }) => kind === 'recovery-key').map(({ id }) => id))
    if (first.kind === 'recovery-key' && keys.size < needs.keys)
      return { code: 'WRONG_KEY', figures: { reason: 'TWO_DIFFERENT_KEYS_NEEDED' } }
    people.lock.unlock({ kind: first.kind, id: first.id })
    parts.record({
      category: 'SYSTEM_EVENT',
      severity: first.kind === 'operator' ? 'low' : 'high',
      type: 'AppUnlocked',
      actor: context.actor(),
      subject: null,
      data: { means: proven.value.map(({ name }) => name), integrity: first.integrity },
    })
    people.changed()
    return null
  })
  closed.abort()
  return asked.ok ? valueReply({ unlocked: asked.value.done }) : asked
}
