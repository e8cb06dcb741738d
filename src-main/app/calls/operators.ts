import type { CallInput } from '../../../src-preload/contract'
import type { Problem } from '../../../src-preload/contract/problem'
import { operatorName, type StoredOperator } from '../../authority/authority-file'
import { totpEnrolment } from '../../authority/totp'
import type { ActChange, AdminAct } from '../../domain/admin-act'
import { problemReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import { refusedPassword, type AuthorityCalls, type Done } from './authority-shared'
import { enrolDevice, removeDevice } from './operator-device'
import { storeProblem } from './store-problem'

type Names =
  | 'authority.addOperator'
  | 'authority.changeOperator'
  | 'authority.revokeOperator'
  | 'authority.setPassword'
  | 'authority.enrolSecondFactor'
  | 'authority.removeSecondFactor'
  | 'authority.enrolDevice'
  | 'authority.removeDevice'
  | 'authority.setRules'

type Wanted = Pick<CallInput<'authority.addOperator'>, 'role' | 'permissions' | 'expiresAtMs'>

/** Calls about operators and the owner's rules. Passwords and codes are typed in the main-owned window alone. */
export function operatorCalls(shared: AuthorityCalls): Pick<AppCalls, Names> {
  const { context, record, authorise } = shared
  const { operators } = context.people
  const named = (id: string): StoredOperator | null =>
    operators.body()?.operators.find((operator) => operator.id === id && operator.revokedAtMs === null) ?? null
  /** Does something to a person who is there. */
  const withPerson = (id: string, work: (person: StoredOperator) => Done): Done => {
    const person = named(id)
    return person === null ? Promise.resolve(problemReply('NOT_FOUND')) : work(person)
  }
  return {
    'authority.addOperator': async ({ name: typed, ...wanted }) => {
      const name = typed.normalize('NFC').trim()
      if (!operatorName.safeParse(name).success) return problemReply('BAD_NAME')
      if (operators.body()?.operators.some((other) => other.name.toLowerCase() === name.toLowerCase()) !== false)
        return problemReply(operators.body() === null ? 'UNREADABLE' : 'ALREADY_EXISTS', { name })
      const asked = await authorise(
        'change-authority',
        name,
        [{ label: 'New person', before: null, after: name }, ...changesOf(null, wanted)],
        () => null,
      )
      if (!asked.ok || !asked.value.done) return asked
      return newPassword(shared, name, false, async (password) => {
        const unrecorded = record('OperatorAdded', name, factsOf(wanted))
        if (unrecorded !== null) return unrecorded
        const added = await operators.add({ name, ...wanted }, password)
        return added.ok ? null : storeProblem(added.error)
      })
    },
    'authority.changeOperator': ({ id, ...wanted }) =>
      withPerson(id, (person) =>
        authorise('change-authority', person.name, changesOf(person, wanted), () => {
          const unrecorded = record('OperatorChanged', person.name, factsOf(wanted))
          if (unrecorded !== null) return unrecorded
          const changed = operators.change(id, wanted)
          return changed.ok ? null : storeProblem(changed.error)
        }),
      ),
    'authority.revokeOperator': ({ id }) =>
      withPerson(id, (person) =>
        authorise('change-authority', person.name, [{ label: 'Person', before: person.name, after: 'revoked, for good' }], () => {
          const unrecorded = record('OperatorRevoked', person.name, { role: person.role })
          if (unrecorded !== null) return unrecorded
          const revoked = operators.revoke(id)
          return revoked.ok ? null : storeProblem(revoked.error)
        }),
      ),
    'authority.setPassword': ({ id }) =>
      withPerson(id, async (person) => {
        const asked = await authorise(
          'change-authority',
          person.name,
          [{ label: 'Password', before: 'the present one', after: 'a new one' }],
          () => null,
        )
        if (!asked.ok || !asked.value.done) return asked
        return newPassword(shared, person.name, true, async (password) => {
          const unrecorded = record('OperatorPasswordChanged', person.name, {})
          if (unrecorded !== null) return unrecorded
          const set = await operators.setPassword(id, password)
          return set.ok ? null : storeProblem(set.error)
        })
      }),
    'authority.enrolSecondFactor': ({ id }) =>
      withPerson(id, async (person) => {
        // Another one beside or in the place of one that counts is a change of protection; the first one only adds to it.
        if (person.totp !== null || person.device !== null) {
          const asked = await authorise(
            'change-authority',
            person.name,
            [{ label: 'Authenticator', before: person.totp === null ? 'none' : 'the present one', after: 'a new one' }],
            () => null,
          )
          if (!asked.ok || !asked.value.done) return asked
        }
        return enrol(shared, person)
      }),
    'authority.removeSecondFactor': ({ id }) =>
      withPerson(id, (person) =>
        authorise('change-authority', person.name, [{ label: 'Authenticator', before: 'asked for', after: 'not asked for' }], () => {
          const unrecorded = record('SecondFactorRemoved', person.name, {})
          if (unrecorded !== null) return unrecorded
          const removed = operators.removeSecondFactor(id)
          return removed.ok ? null : storeProblem(removed.error)
        }),
      ),
    'authority.enrolDevice': ({ id, signerId }) => withPerson(id, (person) => enrolDevice(shared, person, signerId)),
    'authority.removeDevice': ({ id }) => withPerson(id, (person) => removeDevice(shared, person)),
    'authority.setRules': (wanted) => setRules(shared, wanted),
  }
}

async function setRules({ context, record, authorise }: AuthorityCalls, wanted: CallInput<'authority.setRules'>): Done {
  const { operators } = context.people
  const body = operators.body()
  if (body === null) return problemReply('UNREADABLE')
  const raised = Object.fromEntries(wanted.approvals.map(({ act, needed }) => [act, needed])) as Partial<Record<AdminAct, number>>
  const { secondFactor, lockAfterMinutes } = wanted
  const minutes = (count: number | null): string => (count === null ? 'only on demand' : `after ${count} min without input`)
  const changes: readonly ActChange[] = [
    ...wanted.approvals
      .map(({ act, needed }) => ({ label: `Approvals: ${act}`, before: String(body.raised[act] ?? 'as usual'), after: String(needed) }))
      .filter(({ before, after }) => before !== after),
    ...(secondFactor === body.secondFactor ? [] : [{ label: 'Second factor', before: body.secondFactor, after: secondFactor }]),
    ...(lockAfterMinutes === body.lockAfterMinutes
      ? []
      : [{ label: 'Lock', before: minutes(body.lockAfterMinutes), after: minutes(lockAfterMinutes) }]),
  ]
  return authorise('change-authority', '', changes, () => {
    const unrecorded = record('AuthorityRulesChanged', '', { ...raised, secondFactor, lockAfterMinutes })
    if (unrecorded !== null) return unrecorded
    const set = operators.setRules({ raised, secondFactor, lockAfterMinutes })
    return set.ok ? null : storeProblem(set.error)
  })
}

async function newPassword(
  { context, ask }: AuthorityCalls,
  name: string,
  again: boolean,
  store: (password: Uint8Array) => Promise<Problem | null>,
): Done {
  return ask({ kind: 'set-password', id: context.random.uuid(), name, again }, async (answer) => {
    if (answer.kind !== 'set-password') return { code: 'FORBIDDEN', figures: {} }
    // The page counts characters, too; what is too short by any count is refused here.
    if (answer.password.length < LEAST_PASSWORD_BYTES) return { code: 'INVALID_INPUT', figures: { where: 'password' } }
    const problem = await store(answer.password)
    if (problem === null) context.people.changed()
    return problem
  })
}

const LEAST_PASSWORD_BYTES = 12

/** Shows a fresh secret once; it counts when the person showed a code of it and their password, so that nobody enrols for somebody else. */
async function enrol(shared: AuthorityCalls, { id, name }: StoredOperator): Done {
  const { context, record, ask } = shared
  const { people } = context
  if (!(await context.vault.status()).available) return problemReply('NO_KEYCHAIN')
  const secret = people.operators.newSecondFactor()
  try {
    return await ask({ kind: 'enrol-second-factor', id: context.random.uuid(), name, ...totpEnrolment(secret, name) }, async (answer) => {
      if (answer.kind !== 'enrol-second-factor') return { code: 'FORBIDDEN', figures: {} }
      const refused = await refusedPassword(shared, { id, name }, answer.password, 'enrol')
      if (refused !== null) return refused
      if (!people.operators.isCodeOf(secret, answer.code)) return { code: 'WRONG_CODE', figures: {} }
      const unrecorded = record('SecondFactorEnrolled', name, {})
      if (unrecorded !== null) return unrecorded
      const enrolled = await people.operators.enrol(id, secret, answer.code)
      if (enrolled.ok) {
        people.changed()
        return null
      }
      if (enrolled.error === 'WRONG') return { code: 'WRONG_CODE', figures: {} }
      return enrolled.error === 'NO_KEYCHAIN' ? { code: 'NO_KEYCHAIN', figures: {} } : storeProblem(enrolled.error)
    })
  } finally {
    secret.fill(0)
  }
}

function changesOf(before: StoredOperator | null, { role, permissions, expiresAtMs }: Wanted): readonly ActChange[] {
  const until = (ms: number | null): string => (ms === null ? 'no end' : new Date(ms).toISOString().slice(0, 16).replace('T', ' '))
  const may = (list: readonly string[]): string => (list.length === 0 ? 'nothing' : [...list].sort().join(', '))
  return [
    { label: 'Role', before: before?.role ?? null, after: role },
    { label: 'Kill switch', before: before === null ? null : may(before.permissions), after: may(permissions) },
    { label: 'Until', before: before === null ? null : until(before.expiresAtMs), after: until(expiresAtMs) },
  ].filter((change) => change.before !== change.after)
}

function factsOf({ role, permissions, expiresAtMs }: Wanted) {
  return { role, permissions: [...permissions], expiresAtMs }
}
