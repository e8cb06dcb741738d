import type { Problem } from '../../../src-preload/contract/problem'
import { actsBeyondReach } from '../../authority/act-rules'
import type { MayLeave, RecoveryKeyView } from '../../authority/recovery-keys'
import type { ActChange } from '../../domain/admin-act'
import { problemReply } from '../../ipc/dispatch'
import { ok } from '../../lib/result'
import type { AppCalls } from '../../ipc/services'
import type { AuthorityCalls, Done } from './authority-shared'
import { showCodes } from './show-codes'

type Names = 'authority.replaceRecoveryKeys' | 'authority.changeRecoveryKey' | 'authority.revokeRecoveryKey' | 'authority.vouchAnew'

/** Calls about recovery keys (product row X5). */
export function recoveryKeyCalls(shared: AuthorityCalls): Pick<AppCalls, Names> {
  const { context, record, authorise } = shared
  const { recoveryKeys, operators } = context.people
  const mayLeave: MayLeave = (keys) => {
    const body = operators.body()
    return body !== null && actsBeyondReach(body, body.operators, keys).length === 0
  }
  const standing = (id: string): RecoveryKeyView | null => recoveryKeys.standing().find((key) => key.id === id) ?? null
  return {
    'authority.replaceRecoveryKeys': ({ ids, expiresAtMs }) =>
      ids.length === 0 ? makeAnew(shared) : replace(shared, ids, expiresAtMs, mayLeave),
    'authority.changeRecoveryKey': async ({ id, ...wanted }) => {
      const key = standing(id)
      if (key === null) return problemReply('NOT_FOUND')
      return authorise('replace-recovery-keys', key.description, changesOf(key, wanted), () => {
        const unrecorded = record('RecoveryKeyChanged', id, { ...wanted, permissions: [...wanted.permissions] })
        if (unrecorded !== null) return unrecorded
        return problemOf(recoveryKeys.change(id, wanted, mayLeave))
      })
    },
    'authority.revokeRecoveryKey': async ({ id }) => {
      const key = standing(id)
      if (key === null) return problemReply('NOT_FOUND')
      return authorise(
        'replace-recovery-keys',
        key.description,
        [{ label: 'Recovery key', before: id, after: 'revoked, for good' }],
        () => {
          const unrecorded = record('RecoveryKeyRevoked', id, {})
          return unrecorded ?? problemOf(recoveryKeys.revoke(id, mayLeave))
        },
      )
    },
    'authority.vouchAnew': () => vouchAnew(shared),
  }
}

async function replace(shared: AuthorityCalls, ids: readonly string[], expiresAtMs: number | null, mayLeave: MayLeave): Done {
  const { context, record, authorise } = shared
  const { recoveryKeys } = context.people
  const until = expiresAtMs === null ? 'no end' : dateOf(expiresAtMs)
  const prepared = await recoveryKeys.prepareReplacement(ids, { expiresAtMs }, mayLeave)
  if (!prepared.ok) return { ok: false, problem: failure(prepared.error) }
  const { codes, commit } = prepared.value
  try {
    const authorised = await authorise(
      'replace-recovery-keys',
      '',
      ids.map((id) => ({
        label: recoveryKeys.standing().find((key) => key.id === id)?.description ?? id,
        before: id,
        after: `a new key, ${until}`,
      })),
      () => null,
    )
    if (!authorised.ok || !authorised.value.done) return authorised
    return await showCodes(shared, codes, () => {
      const unrecorded = record(
        'RecoveryKeysReplaced',
        '',
        { revoked: [...ids], made: codes.map(({ keyId }) => keyId), expiresAtMs },
        'critical',
      )
      if (unrecorded !== null) return unrecorded
      const problem = problemOf(commit())
      context.people.changed()
      return problem
    })
  } finally {
    for (const { code } of codes) code.fill(0)
  }
}

/** Two keys in the place of a file that cannot be read: on the word of operators, who are the other independent means. */
async function makeAnew(shared: AuthorityCalls): Done {
  const { context, record, authorise } = shared
  const { people } = context
  const { recoveryKeys, machineKey } = people
  const doubted = recoveryKeys.fault !== null && people.wayOut === 'new-keys'
  if ((recoveryKeys.describe().kind === 'present' && !doubted) || machineKey.mac === null) return problemReply('ALREADY_EXISTS')
  const change = { label: 'Recovery keys', before: doubted ? 'not the latest' : 'cannot be read', after: 'two new keys, no end' }
  const prepared = await recoveryKeys.prepare({ replacing: { authorisedBy: context.actor() } })
  if (!prepared.ok) return problemReply('ALREADY_EXISTS')
  const { codes, commit } = prepared.value
  try {
    const authorised = await authorise('replace-recovery-keys', '', [change], () => null)
    if (!authorised.ok || !authorised.value.done) return authorised
    return await showCodes(shared, codes, () => {
      const unrecorded = record('RecoveryKeysReplaced', '', { made: codes.map(({ keyId }) => keyId) }, 'critical')
      if (unrecorded !== null) return unrecorded
      const stored = commit()
      people.changed()
      return stored.ok ? null : { code: stored.error === 'STORAGE' ? 'DISK_FULL' : 'ALREADY_EXISTS', figures: {} }
    })
  } finally {
    for (const { code } of codes) code.fill(0)
  }
}

/**
 * The deliberate way out when keys or people cannot be vouched for: the key of this machine was lost, or a file is not as, or not what, we wrote last. Every
 * recovery key that stands (two, after set-up) is shown in a window that says that nothing can be verified; it is on record as critical; operators
 * that are not believed are set aside, for whoever put them there cannot be told.
 */
async function vouchAnew({ context, record }: AuthorityCalls): Done {
  const { people } = context
  const { operators, recoveryKeys, machineKey } = people
  if (people.wayOut !== 'vouch-anew')
    return problemReply('UNSUPPORTED', { detail: 'Keys and people are vouched for, or can be by people.' })
  const keyLost = machineKey.mac === null
  const setAside = operators.body() === null
  const keys = keyLost || recoveryKeys.fault !== null
  return context.authorise(
    {
      act: 'change-authority',
      subject: '',
      reason: keyLost ? 'the key of this machine was lost' : 'a file is not as, or not what, was written last',
      changes: [
        ...(keyLost ? [{ label: 'Key of this machine', before: 'lost', after: 'a new one' }] : []),
        ...(keys
          ? [{ label: 'Recovery keys', before: keyLost ? 'unverifiable' : 'not the latest', after: 'vouched for as they are' }]
          : []),
        ...(setAside ? [{ label: 'Operators', before: 'not believed', after: 'set aside, nobody is named' }] : []),
      ],
      checks: [],
      approvalsAtLeast: 2,
    },
    async ({ means }) => {
      const data = { keys: [...means], operators: setAside ? 'set aside' : 'left', machineKey: keyLost ? 'made anew' : 'left' }
      const unrecorded = record('AuthorityVouchedAnew', '', data, 'critical')
      // Where no database opens there is no log to be had, and the way out must not depend on one; the app's own log says so.
      if (unrecorded !== null && context.environment().ok) return unrecorded
      if (unrecorded !== null) context.fault(`vouched anew without a record: ${means.join(', ')}`, null)
      const suffix = String(Math.floor(context.clock.wallMs()))
      const mac = machineKey.mac
      const vouched =
        mac === null ? await machineKey.renew((made) => recoveryKeys.vouch(made), suffix) : keys ? recoveryKeys.vouch(mac) : ok(undefined)
      if (!vouched.ok) return failure(vouched.error)
      try {
        const aside = setAside ? operators.setAside() : ok(undefined)
        return aside.ok ? null : failure(aside.error)
      } catch (thrown) {
        context.fault('setting the operators aside', thrown)
        return { code: 'UNREADABLE', figures: {} }
      } finally {
        people.changed()
      }
    },
  )
}

function changesOf(
  key: RecoveryKeyView,
  wanted: Pick<RecoveryKeyView, 'description' | 'permissions' | 'expiresAtMs'>,
): readonly ActChange[] {
  const may = (list: readonly string[]): string => (list.length === 0 ? 'nothing' : [...list].sort().join(', '))
  const until = (ms: number | null): string => (ms === null ? 'no end' : dateOf(ms))
  return [
    { label: 'Description', before: key.description, after: wanted.description },
    { label: 'Kill switch', before: may(key.permissions), after: may(wanted.permissions) },
    { label: 'Until', before: until(key.expiresAtMs), after: until(wanted.expiresAtMs) },
  ].filter(({ before, after }) => before !== after)
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}

type KeyFailure = 'UNKNOWN_KEY' | 'BEYOND_REACH' | 'UNREADABLE' | 'STORAGE'

function problemOf(outcome: { readonly ok: true } | { readonly ok: false; readonly error: KeyFailure }): Problem | null {
  return outcome.ok ? null : failure(outcome.error)
}

function failure(code: KeyFailure): Problem {
  switch (code) {
    case 'UNKNOWN_KEY':
      return { code: 'NOT_FOUND', figures: {} }
    case 'STORAGE':
      return { code: 'DISK_FULL', figures: {} }
    case 'BEYOND_REACH':
    case 'UNREADABLE':
      return { code, figures: {} }
  }
}
