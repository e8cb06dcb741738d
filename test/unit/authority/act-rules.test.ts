import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  actsBeyondReach,
  approvalsMissing,
  approvalsNeeded,
  keyMay,
  operatorMay,
  type Approval,
  type KeyFacts,
  type OperatorFacts,
  type Rules,
} from '../../../src-main/authority/act-rules'
import { ADMIN_ACTS } from '../../../src-main/domain/admin-act'
import { ACT_RULES, AUTHORITY_PERMISSIONS, MOST_APPROVALS, ROLES } from '../../../src-main/domain/authority'

const ALL = [...AUTHORITY_PERMISSIONS]
const ada: OperatorFacts = { id: 'ada', role: 'admin', permissions: ALL, expiresAtMs: null, revokedAtMs: null, totp: {}, device: null }
const key = (id: string, changed: Partial<KeyFacts> = {}): KeyFacts => ({
  id,
  permissions: ALL,
  expiresAtMs: null,
  revokedAtMs: null,
  ...changed,
})
const RULES: Rules = { raised: {}, secondFactor: 'where-enrolled' }
const by = (kind: Approval['kind'], ...ids: string[]) => ids.map((id): Approval => ({ kind, id }))

describe('P7: the rules of acts', () => {
  test('each act has one, and none can be done by a viewer', () => {
    expect(Object.keys(ACT_RULES).sort()).toEqual([...ADMIN_ACTS].sort())
    for (const act of ADMIN_ACTS) {
      expect(ACT_RULES[act].approvals, act).toBeGreaterThanOrEqual(1)
      expect(operatorMay({ ...ada, role: 'viewer' }, act, RULES, 0), act).toBe(false)
    }
  })

  test('the owner raises, a request raises, and neither lowers', () => {
    expect(approvalsNeeded('release-halt', RULES)).toBe(1)
    expect(approvalsNeeded('release-halt', RULES, 2)).toBe(2)
    expect(approvalsNeeded('release-halt', { raised: { 'release-halt': 3 } }, 2)).toBe(3)
    expect(approvalsNeeded('seal-audit', { raised: { 'seal-audit': 1 } })).toBe(2)
  })

  test('who may approve cannot be changed with less than the strongest rule that the owner has raised', () => {
    const raised = { 'release-halt': 3 }
    expect(approvalsNeeded('change-authority', { raised })).toBe(3)
    expect(approvalsNeeded('replace-recovery-keys', { raised })).toBe(3)
    expect(approvalsNeeded('change-limits', { raised })).toBe(1)
  })

  test('an operator needs the role, the permission, the time, and a second factor where it is demanded', () => {
    expect(operatorMay(ada, 'release-halt', RULES, 5)).toBe(true)
    for (const changed of [
      { role: 'trader' as const },
      { permissions: ['activate' as const, 'maintenance' as const] },
      { expiresAtMs: 5 },
      { revokedAtMs: 1 },
    ]) {
      expect(operatorMay({ ...ada, ...changed }, 'release-halt', RULES, 5), JSON.stringify(changed)).toBe(false)
    }
    const always: Rules = { ...RULES, secondFactor: 'always' }
    expect([operatorMay(ada, 'release-halt', always, 5), operatorMay({ ...ada, totp: null }, 'release-halt', always, 5)]).toEqual([
      true,
      false,
    ])
    expect(operatorMay({ ...ada, role: 'trader' }, 'enter-maintenance', RULES, 5)).toBe(true)
    expect([keyMay(key('k', { expiresAtMs: 6 }), 'release-halt', 5), keyMay(key('k', { expiresAtMs: 5 }), 'release-halt', 5)]).toEqual([
      true,
      false,
    ])
  })

  test('approvals count by who they are of, and two recovery keys are always enough', () => {
    expect(approvalsMissing(2, by('operator', 'ada', 'ada'))).toBe(1)
    expect(approvalsMissing(2, by('operator', 'ada', 'bob'))).toBe(0)
    expect(approvalsMissing(2, [...by('operator', 'ada'), ...by('recovery-key', 'k1')])).toBe(0)
    expect(approvalsMissing(5, by('recovery-key', 'k1', 'k1'))).toBe(4)
    expect(approvalsMissing(5, by('recovery-key', 'k1', 'k2'))).toBe(0)
  })
})

describe('B6: what nobody could ever authorise', () => {
  const moment = fc.option(fc.integer({ min: 1, max: 9 }), { nil: null })
  const permissions = fc.subarray(ALL)
  const operator = fc.record({
    id: fc.constantFrom('ada', 'bob', 'cy', 'dee'),
    role: fc.constantFrom(...ROLES),
    permissions,
    expiresAtMs: moment,
    revokedAtMs: moment,
    totp: fc.constantFrom(null, {}),
    device: fc.constantFrom(null, {}),
  })
  const recoveryKey = fc.record({ id: fc.constantFrom('k1', 'k2', 'k3'), permissions, expiresAtMs: moment, revokedAtMs: moment })
  const rules = fc.record({
    raised: fc.dictionary(fc.constantFrom(...ADMIN_ACTS), fc.integer({ min: 1, max: MOST_APPROVALS })),
    secondFactor: fc.constantFrom('where-enrolled' as const, 'always' as const),
  })
  const unique = <T extends { id: string }>(arbitrary: fc.Arbitrary<T>, maxLength: number) =>
    fc.uniqueArray(arbitrary, { selector: ({ id }) => id, maxLength })

  test('is exactly what no set of means without an end can satisfy, whatever a request may ask', () => {
    fc.assert(
      fc.property(rules, unique(operator, 4), unique(recoveryKey, 3), (rule, operators, keys) => {
        const beyond = actsBeyondReach(rule, operators, keys)
        for (const act of ADMIN_ACTS) {
          const people = operators.filter(
            (each) => operatorMay(each, act, rule, Number.MAX_SAFE_INTEGER) && each.expiresAtMs === null,
          ).length
          const codes = keys.filter((each) => keyMay(each, act, Number.MAX_SAFE_INTEGER) && each.expiresAtMs === null).length
          // A release past a broken record needs as many as sealing it.
          const asks = act === 'release-halt' ? approvalsNeeded('seal-audit', rule, 2) : 2
          const enough = codes >= 2 || (codes === 1 && people + 1 >= approvalsNeeded(act, rule, asks))
          expect(beyond.includes(act), act).toBe(!enough)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('X5: is a release, where sealing is made to need more than there are who may release', () => {
    const three = ['ada', 'bob', 'cy'].map((id): OperatorFacts => ({
      ...ada,
      id,
      permissions: id === 'ada' ? ALL : ['activate', 'maintenance'],
    }))
    const raised = { raised: { 'seal-audit': 3 }, secondFactor: 'where-enrolled' } as const
    expect(actsBeyondReach(raised, three, [key('k1')])).toEqual(['release-halt'])
    expect(actsBeyondReach(raised, [...three, { ...ada, id: 'dee' }], [key('k1')])).toEqual([])
    expect(actsBeyondReach(RULES, three, [key('k1')])).toEqual([])
  })

  test('is nothing while two lasting keys may do everything', () => {
    fc.assert(
      fc.property(rules, unique(operator, 4), (rule, operators) => {
        expect(actsBeyondReach(rule, operators, [key('k1'), key('k2')])).toEqual([])
      }),
    )
  })
})
