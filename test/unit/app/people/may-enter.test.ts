import { expect, test } from 'vitest'

import type { Authorise } from '../../../../src-main/app/people/authorise'
import { mayEnter } from '../../../../src-main/app/people/may-enter'
import type { ActRequest } from '../../../../src-main/domain/admin-act'
import type { Environment } from '../../../../src-main/domain/environment'

function bench(locks: readonly string[], allows: boolean | 'busy') {
  const asked: ActRequest[] = []
  const authorise: Authorise = async (request, carryOut) => {
    asked.push(request)
    if (allows === 'busy') return { ok: false, problem: { code: 'BUSY', figures: {} } }
    if (allows) await carryOut({ by: ['Ada'], means: ['a'], permissions: [], integrity: 'verified', provenAtMs: 0 })
    return { ok: true, value: { done: allows } }
  }
  const enter = (environment: Environment) => mayEnter({ from: 'paper', liveLocks: () => Promise.resolve(locks), authorise }, environment)
  return { asked, enter }
}

test('P2: into live nobody gets while it is locked, and nobody is even asked', async () => {
  const { asked, enter } = bench(['No checklist.', 'No keychain.'], true)
  expect(await enter('live')).toEqual({ code: 'LIVE_LOCKED', figures: { reason: 'No checklist. No keychain.' } })
  expect(asked).toEqual([])
})

test('P7: where there is real money somebody in authority is asked, who sees from where to where, and without them it is not entered', async () => {
  const { asked, enter } = bench([], true)
  expect(await enter('live')).toBeNull()
  expect(asked).toMatchObject([
    {
      act: 'change-environment',
      subject: 'live',
      changes: [{ label: 'Environment', before: 'paper', after: 'live' }],
      approvalsAtLeast: 1,
    },
  ])
  expect(await bench([], false).enter('live')).toEqual({ code: 'CANCELED_BY_USER', figures: {} })
  expect(await bench([], 'busy').enter('live')).toEqual({ code: 'BUSY', figures: {} })
})

test('P2: paper and testnet move nothing of value: nobody is asked', async () => {
  const { asked, enter } = bench(['locked'], false)
  expect([await enter('paper'), await enter('testnet'), asked]).toEqual([null, null, []])
})
