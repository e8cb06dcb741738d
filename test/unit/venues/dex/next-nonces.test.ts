import { describe, expect, test } from 'vitest'

import { failure } from '../../../../src-main/domain/codes'
import type { Hex } from '../../../../src-main/domain/evm'
import { err, ok } from '../../../../src-main/lib/result'
import { nextNonces } from '../../../../src-main/venues/dex/next-nonces'
import type { OwnNonces } from '../../../../src-main/venues/venue'

const OURS: Hex = '0xaa'
const THEIRS: Hex = '0xbb'

/** What is chosen for one transaction (or more) of an account, and what was told of the endpoints. */
async function choose(
  counted: number,
  pending: readonly number[],
  own: Partial<OwnNonces> = {},
  { user = null, count = 1 }: { readonly user?: Hex | null | 'disagree'; readonly count?: number } = {},
) {
  const told: string[] = []
  const chosen = await nextNonces(
    {
      chain: { pendingCounts: async () => ok(pending.map((each, index) => ({ endpoint: `e${index}`, count: each }))) },
      replacing: { nonceUser: async () => (user === 'disagree' ? err(failure('ENDPOINTS_DISAGREE')) : ok(user)) },
      onDisagreement: ({ about, first, second }) => told.push(`${about} | ${first} | ${second}`),
    },
    '0x0',
    counted,
    count,
    { held: [], refused: [], ...own },
  )
  return [chosen.ok ? chosen.value : chosen.error.code, told]
}
const refused = (nonce: number) => ({ refused: [{ nonce, hash: OURS }] })

describe('decision 9, M26: the nonces of an account’s next transactions', () => {
  test('the lowest that the chain has not counted and none of ours holds: a gap is closed first', async () => {
    expect(await choose(5, [5, 5])).toEqual([[5], []])
    expect(await choose(5, [7, 6], { held: [5, 6] })).toEqual([[7], []])
    expect(await choose(5, [5], { held: [6, 8] }, { count: 3 })).toEqual([[5, 7, 9], []])
  })

  test('one endpoint alone cannot make us sign behind a nonce that it keeps free: denied, and told', async () => {
    expect(await choose(5, [6, 5])).toEqual(['ENDPOINTS_DISAGREE', ['nonce | e0: pending 6 | e1: pending 5']])
    expect(await choose(5, [5, 6])).toEqual(['ENDPOINTS_DISAGREE', ['nonce | e0: pending 5 | e1: pending 6']])
    expect(await choose(5, [8, 6], { held: [5] })).toEqual(['ENDPOINTS_DISAGREE', ['nonce | e0: pending 8 | e1: pending 6']])
  })

  test('what waits from elsewhere, and every endpoint knows, is not overtaken', async () => {
    expect(await choose(5, [7, 7])).toEqual([[7], []])
    expect(await choose(5, [7])).toEqual([[7], []])
  })

  test('what was refused is competed with at its own nonce, whatever waits there', async () => {
    expect(await choose(5, [6, 5], refused(5))).toEqual([[5], []])
    expect(await choose(5, [6, 6], refused(5))).toEqual([[5], []])
    expect(await choose(5, [6], refused(5))).toEqual([[5], []])
    expect(await choose(5, [8, 8], refused(6))).toEqual([[6], []])
  })

  test('a nonce of what was refused that is used: nothing more is planned unless the endpoints name another user', async () => {
    expect(await choose(6, [6, 6], refused(5), { user: OURS })).toEqual(['NONCE_TOO_LOW', []])
    expect(await choose(6, [6, 6], refused(5), { user: null })).toEqual(['NONCE_TOO_LOW', []])
    expect(await choose(6, [6, 6], refused(5), { user: 'disagree' })).toEqual(['ENDPOINTS_DISAGREE', []])
    expect(await choose(6, [6, 6], refused(5), { user: THEIRS })).toEqual([[6], []])
  })
})
