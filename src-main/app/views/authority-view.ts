import type { AuthorityView } from '../../../src-preload/contract/authority'
import { approvalsNeeded } from '../../authority/act-rules'
import { NOBODY } from '../../authority/authority-file'
import { ADMIN_ACTS } from '../../domain/admin-act'
import { ACT_RULES } from '../../domain/authority'
import type { People } from '../people/people'

/** Who may do what, as windows see it: nothing in it helps to guess a password, a code or a key. */
export function authorityView(people: People): AuthorityView {
  const { operators, recoveryKeys } = people
  const keys = recoveryKeys.describe()
  const body = operators.body() ?? NOBODY
  return {
    integrity: integrityOf(people),
    wayOut: people.wayOut,
    operators: body.operators.map(({ password: _password, totp, device, ...operator }) => ({
      ...operator,
      permissions: [...operator.permissions],
      secondFactor: totp !== null,
      device: device?.address ?? null,
    })),
    recoveryKeys: keys.kind === 'present' ? keys.keys.map((key) => ({ ...key, permissions: [...key.permissions] })) : [],
    acts: ADMIN_ACTS.map((act) => ({
      act,
      role: ACT_RULES[act].role,
      needed: approvalsNeeded(act, body),
      least: ACT_RULES[act].approvals,
    })),
    secondFactor: body.secondFactor,
    lockAfterMinutes: body.lockAfterMinutes,
  }
}

function integrityOf({ verified, machineKey, operators, recoveryKeys }: People): AuthorityView['integrity'] {
  if (verified) return 'verified'
  if (machineKey.mac === null && recoveryKeys.describe().kind === 'present') return 'unverifiable'
  return operators.fault !== null || recoveryKeys.fault !== null ? 'rolled-back' : 'unreadable'
}
