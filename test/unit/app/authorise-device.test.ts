import { beforeEach, expect, test } from 'vitest'

import { createAuthorise } from '../../../src-main/app/people/authorise'
import type { DeviceQuestion } from '../../../src-main/app/people/device-proof'
import type { JudgeAnswer } from '../../../src-main/app/windows/secure-window'
import type { StoredOperator } from '../../../src-main/authority/authority-file'
import type { AskDevice } from '../../../src-main/authority/operator-proof'
import type { ActRequest } from '../../../src-main/domain/admin-act'
import { err, ok } from '../../../src-main/lib/result'
import type { SecureTask } from '../../../src-preload/contract/secure'
import { FakeClock } from '../../support/fake-clock'
import { countingRandom } from '../engine/halt/support'

const ADDRESS = '0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B'
const ADA = {
  id: 'a',
  name: 'Ada',
  totp: null,
  device: { address: ADDRESS, enrolledAtMs: 0 },
  permissions: [],
} as unknown as StoredOperator
const REQUEST: ActRequest = {
  act: 'change-limits',
  subject: 'paper',
  reason: 'why',
  changes: [{ label: 'Day', before: '1', after: '2' }],
  checks: [],
  approvalsAtLeast: 1,
}

const random = countingRandom()
let questions: DeviceQuestion[]
let confirm: (confirmed: boolean) => void
let judge: JudgeAnswer
let close: (done: boolean) => void
let shown: SecureTask
let carried: number
let facts: string[]

beforeEach(() => {
  questions = []
  facts = []
  carried = 0
})

function authorise(request: ActRequest) {
  const people = {
    needsOf: () => ({ approvals: 1, keys: 1, people: [ADA], verified: true }),
    operators: {
      body: () => ({ operators: [ADA] }),
      people: () => 'some',
      waitMs: () => 0,
      authenticate: async (_id: string, _password: Uint8Array, second: AskDevice) =>
        (await second(ADDRESS)) ? ok(ADA) : err('NOT_CONFIRMED'),
    },
  }
  return createAuthorise({
    desktop: {
      ask: (task, answered) => {
        shown = task
        judge = answered
        return new Promise((resolve) => (close = resolve))
      },
    },
    people: people as never,
    clock: new FakeClock(),
    random,
    record: ({ type }) => facts.push(type) > 0,
    actor: () => 'operator',
    byDevice: (question) => {
      questions.push(question)
      return new Promise((resolve) => {
        confirm = (confirmed) => resolve(confirmed ? null : { code: 'SIGNER_REFUSED', figures: {} })
      })
    },
  })(request, () => {
    carried += 1
    return null
  })
}
const answer = () =>
  judge({ kind: 'authorise', id: shown.id, recoveryKeys: [], operator: { id: 'a', password: new Uint8Array(4), code: null, device: true } })
/** Lets what waits for promises go on. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('B6: the device is asked for exactly what the window shows', async () => {
  void authorise(REQUEST)
  const judged = answer()
  await turn()
  if (shown.kind !== 'authorise') throw new Error('another task')
  expect(questions[0]).toMatchObject({
    address: ADDRESS,
    by: 'Ada',
    claim: { act: 'change-limits', subject: 'paper', requestHash: shown.requestHash },
  })
  confirm(true)
  expect(await judged).toBeNull()
  expect(carried).toBe(1)
  expect(facts).toEqual(['ActAuthorised'])
})

test('B6: what is shown otherwise has another hash', () => {
  const hashes = [
    REQUEST,
    { ...REQUEST, subject: 'testnet' },
    { ...REQUEST, reason: 'because' },
    { ...REQUEST, act: 'change-policy' as const },
    { ...REQUEST, changes: [{ label: 'Day', before: '1', after: '3' }] },
    { ...REQUEST, approvalsAtLeast: 2 as const },
    REQUEST,
  ].map((request) => {
    void authorise(request)
    return shown.kind === 'authorise' ? shown.requestHash : ''
  })
  // Not even the same request asked again: each asking has an id of its own.
  expect(new Set(hashes).size).toBe(hashes.length)
})

test('B6: what is confirmed after the window was closed is not carried out', async () => {
  const asked = authorise(REQUEST)
  const judged = answer()
  await turn()
  close(false)
  expect(await asked).toEqual({ ok: true, value: { done: false } })
  expect(questions[0]?.signal.aborted).toBe(true)
  confirm(true)
  expect(await judged).toMatchObject({ code: 'CANCELED_BY_USER' })
  expect([carried, facts]).toEqual([0, []])
})

test('B6: what is rejected on the device is said as it was', async () => {
  void authorise(REQUEST)
  const judged = answer()
  await turn()
  confirm(false)
  expect(await judged).toEqual({ code: 'SIGNER_REFUSED', figures: {} })
  expect([carried, facts]).toEqual([0, ['OperatorRefused']])
})

test('X6: an act that no log could ever record is not carried out', async () => {
  void authorise({ ...REQUEST, reason: 'x'.repeat(200_000) })
  const judged = answer()
  await turn()
  confirm(true)
  expect(await judged).toEqual({ code: 'AUDIT_UNAVAILABLE', figures: {} })
  expect([carried, facts]).toEqual([0, []])
})
