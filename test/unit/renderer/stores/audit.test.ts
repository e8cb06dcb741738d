import { afterEach, beforeEach, expect, test } from 'vitest'

import { AUDIT_PAGE, filterAudit, NO_FILTER, openEntry, readAuditPage, useAudit } from '../../../../src-renderer/stores/audit'
import { ScriptedBridge } from '../../../support/fake-bridge/scripted-bridge'

let bridge: ScriptedBridge
beforeEach(() => {
  bridge = new ScriptedBridge()
  globalThis.holdfast = bridge
  useAudit.setState(useAudit.getInitialState(), true)
})
afterEach(() => {
  globalThis.holdfast = undefined
})
const page = (total: number, seq: number) => ({ total, rows: [{ seq }] })

test('a page is asked for once, by its offset', async () => {
  void readAuditPage(3)
  void readAuditPage(3)
  expect(bridge.waiting('audit.page').map(({ input }) => input)).toEqual([{ filter: NO_FILTER, offset: 3 * AUDIT_PAGE, limit: AUDIT_PAGE }])
  await bridge.answer(bridge.waiting('audit.page')[0], page(1_000, 1))
  void readAuditPage(3)
  expect(bridge.waiting('audit.page')).toHaveLength(0)
})

test('a page of an earlier filter never shows among rows of the present one', async () => {
  void readAuditPage(0)
  const [old] = bridge.waiting('audit.page')
  filterAudit({ ...NO_FILTER, type: 'OrderDenied' })
  await bridge.answer(bridge.waiting('audit.page')[1], page(1, 7))
  await bridge.answer(old, page(9_999, 1))
  expect(useAudit.getState().total).toBe(1)
  expect(useAudit.getState().pages.get(0)).toEqual([{ seq: 7 }])
})

test('memory stays bounded however far one scrolls', async () => {
  for (let each = 0; each < 200; each++) {
    void readAuditPage(each)
    await bridge.answer(bridge.waiting('audit.page')[0], page(100_000, each))
  }
  const { pages } = useAudit.getState()
  expect(pages.size).toBeLessThanOrEqual(60)
  expect(pages.has(199)).toBe(true)
})

test('a failed page says so and can be asked again', async () => {
  void readAuditPage(0)
  await bridge.refuse(bridge.waiting('audit.page')[0], { code: 'INTERNAL', figures: {} })
  expect(useAudit.getState().problem?.code).toBe('INTERNAL')
  void readAuditPage(0)
  await bridge.answer(bridge.waiting('audit.page')[0], page(1, 1))
  expect(useAudit.getState().problem).toBeNull()
})

test('the entry shown is the one asked for last, and none after closing', async () => {
  void openEntry(1)
  void openEntry(2)
  const [one, two] = bridge.waiting('audit.entry')
  await bridge.answer(two, { seq: 2 })
  await bridge.answer(one, { seq: 1 })
  expect(useAudit.getState().entry).toMatchObject({ kind: 'ready', value: { seq: 2 } })
  void openEntry(3)
  void openEntry(null)
  await bridge.answer(bridge.waiting('audit.entry')[0], { seq: 3 })
  expect(useAudit.getState().entry).toBeNull()
})
