import type { AuthorityView, SessionView } from '../../../src-preload/contract/authority'
import type { CallInput, CallName, CallOutput } from '../../../src-preload/contract/index'
import { ADMIN_ACTS } from '../../../src-main/domain/admin-act'
import { ACT_RULES, AUTHORITY_PERMISSIONS } from '../../../src-main/domain/authority'
import type { Scenario } from './scenario'

type Names = Extract<CallName, `authority.${string}`>
type Handlers = { [N in Names]: (input: CallInput<N>) => CallOutput<N> }

const DAY_MS = 86_400_000
const ALL = [...AUTHORITY_PERMISSIONS]

/** Who may do what and who is here, in memory: nothing is asked, everything is done at once. */
export class FakeAuthority {
  private view: AuthorityView
  private locked: boolean

  constructor(
    private readonly people: Scenario['people'],
    nowMs: number,
    private readonly tell: { session(view: SessionView): void; changed(view: AuthorityView): void },
  ) {
    this.locked = people === 'locked'
    const person = (id: string, name: string, role: 'viewer' | 'trader' | 'admin', secondFactor: boolean) => ({
      id,
      name,
      role,
      permissions: role === 'admin' ? ALL : [],
      createdAtMs: nowMs - 40 * DAY_MS,
      expiresAtMs: null,
      revokedAtMs: null,
      secondFactor,
      device: null,
    })
    const recoveryKey = (id: string, description: string, revokedAtMs: number | null) => ({
      id,
      description,
      permissions: ALL,
      createdAtMs: nowMs - 90 * DAY_MS,
      expiresAtMs: null,
      revokedAtMs,
    })
    this.view = {
      integrity: people === 'lost' ? 'unverifiable' : 'verified',
      wayOut: people === 'lost' ? 'vouch-anew' : null,
      operators:
        people === 'none' || people === 'lost'
          ? []
          : [
              { ...person('0a1b2c3d', 'Ada Lovelace', 'admin', true), device: '0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B' },
              person('4e5f6a7b', 'Grace Hopper', 'admin', false),
              { ...person('8c9d0e1f', 'Night watch', 'viewer', false), expiresAtMs: nowMs + 20 * DAY_MS },
              { ...person('2a3b4c5d', 'Charles Babbage', 'trader', false), revokedAtMs: nowMs - 3 * DAY_MS },
            ],
      recoveryKeys: [
        recoveryKey('ab12cd34', 'Safe at home', null),
        recoveryKey('ef56ab78', 'Bank', null),
        ...(people === 'some' ? [recoveryKey('99aa88bb', 'Recovery key 2', nowMs - 30 * DAY_MS)] : []),
      ],
      acts: ADMIN_ACTS.map((act) => ({
        act,
        role: ACT_RULES[act].role,
        needed: people === 'some' && act === 'release-halt' ? 2 : ACT_RULES[act].approvals,
        least: ACT_RULES[act].approvals,
      })),
      secondFactor: 'where-enrolled',
      lockAfterMinutes: 15,
    }
  }

  readonly handlers: Handlers = {
    'authority.session': () => this.session(),
    'authority.get': () => this.view,
    'authority.lock': () => this.setLocked(this.people !== 'none'),
    'authority.unlock': () => {
      this.setLocked(false)
      return { unlocked: true }
    },
    'authority.addOperator': ({ name, role, permissions, expiresAtMs }) =>
      this.change({
        operators: [
          ...this.view.operators,
          {
            id: 'ffffffff',
            name,
            role,
            permissions,
            createdAtMs: Date.now(),
            expiresAtMs,
            revokedAtMs: null,
            secondFactor: false,
            device: null,
          },
        ],
      }),
    'authority.changeOperator': ({ id, ...change }) => this.changePerson(id, change),
    'authority.revokeOperator': ({ id }) => this.changePerson(id, { revokedAtMs: Date.now() }),
    'authority.setPassword': () => ({ done: true }),
    'authority.enrolSecondFactor': ({ id }) => this.changePerson(id, { secondFactor: true }),
    'authority.enrolDevice': ({ id }) => this.changePerson(id, { device: '0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B' }),
    'authority.removeDevice': ({ id }) => this.changePerson(id, { device: null }),
    'authority.removeSecondFactor': ({ id }) => this.changePerson(id, { secondFactor: false }),
    'authority.setRules': ({ approvals, ...rules }) =>
      this.change({
        ...rules,
        acts: this.view.acts.map((each) => ({ ...each, needed: approvals.find(({ act }) => act === each.act)?.needed ?? each.needed })),
      }),
    'authority.replaceRecoveryKeys': () => ({ done: true }),
    'authority.changeRecoveryKey': () => ({ done: true }),
    'authority.revokeRecoveryKey': () => ({ done: false }),
    'authority.vouchAnew': () => this.change({ integrity: 'verified', wayOut: null }),
  }

  private session(): SessionView {
    const named = this.people !== 'none' && this.people !== 'lost'
    if (this.locked) return { locked: true, canLock: true, actor: 'operator', role: 'viewer', verified: true }
    return {
      locked: false,
      canLock: named,
      actor: named ? 'Ada Lovelace' : 'operator',
      role: 'admin',
      verified: this.view.integrity === 'verified',
    }
  }

  private setLocked(locked: boolean): Record<string, never> {
    this.locked = locked
    this.tell.session(this.session())
    return {}
  }

  private changePerson(id: string, change: Partial<AuthorityView['operators'][number]>): { done: boolean } {
    return this.change({ operators: this.view.operators.map((each) => (each.id === id ? { ...each, ...change } : each)) })
  }

  private change(change: Partial<AuthorityView>): { done: boolean } {
    this.view = { ...this.view, ...change }
    this.tell.changed(this.view)
    return { done: true }
  }
}
