import { describe, expect, test } from 'vitest'

import { CALL_RULES, EVENTS_WHILE_LOCKED } from '../../../src-main/ipc/call-rules'
import { calls, events, type CallName } from '../../../src-preload/contract'

const names = Object.keys(calls) as CallName[]

describe('P7: who may make which call', () => {
  test('is said for each call and event of the contract, and for no others', () => {
    expect(Object.keys(CALL_RULES).sort()).toEqual([...names].sort())
    expect(Object.keys(EVENTS_WHILE_LOCKED).sort()).toEqual(Object.keys(events).sort())
  })

  test('a locked app answers the strip and lets risk be lessened; a new call in this list is a decision, not an accident', () => {
    expect(names.filter((name) => CALL_RULES[name].whileLocked).sort()).toMatchInlineSnapshot(`
      [
        "alerts.light",
        "app.status",
        "authority.lock",
        "authority.session",
        "authority.unlock",
        "breaker.isolate",
        "guards.status",
        "halt.cancelRelease",
        "halt.durable",
        "halt.sweep",
        "halt.sweepReport",
        "halt.trigger",
        "order.cancel",
        "order.cancelAll",
        "order.discard",
        "presence.get",
        "signer.leaveSetUp",
        "signer.lock",
        "trading.halt",
        "trading.reduce",
      ]
    `)
  })

  test('a viewer can neither prepare nor confirm, nor unlock a key; everybody can halt and cancel', () => {
    for (const name of ['order.prepare', 'order.confirm', 'signer.unlock', 'chain.connect', 'environment.switch'] as const)
      expect(CALL_RULES[name].role, name).not.toBe('viewer')
    for (const name of ['halt.trigger', 'order.cancel', 'order.cancelAll', 'authority.lock'] as const)
      expect(CALL_RULES[name], name).toEqual({ role: 'viewer', whileLocked: true })
  })

  test('what is heard while locked tells of no order, money or person', () => {
    const heard = Object.entries(EVENTS_WHILE_LOCKED).flatMap(([name, isHeard]) => (isHeard ? [name] : []))
    expect(heard.filter((name) => /^(?:order|market|signer|authority\.changed|audit)/.test(name))).toEqual([])
  })
})
