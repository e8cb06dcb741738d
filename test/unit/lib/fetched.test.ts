import { createHash } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { collectFetched, noteFetched } from '../../../src-main/lib/fetched'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

describe('X6: what was fetched for a decision', () => {
  test('X6: an answer that is cut short is told by the hash of its whole text', async () => {
    const answer = { data: `0x${'ab'.repeat(500)}`, block: 7n }
    const { fetched } = await collectFetched(() => {
      noteFetched({ method: 'eth_call', params: ['latest'] }, answer, null, 3.4)
      return Promise.resolve()
    })
    const whole = JSON.stringify({ data: answer.data, block: '7' })
    expect(fetched).toEqual([
      {
        method: 'eth_call',
        asked: '["latest"]',
        askedSha256: sha256('["latest"]'),
        answer: `${whole.slice(0, 120)}… (${whole.length} characters)`,
        answerSha256: sha256(whole),
        failure: null,
        latencyMs: 3,
      },
    ])
  })

  test('a failure has no answer, and no hash of one', async () => {
    const { fetched } = await collectFetched(() => {
      noteFetched({ method: 'eth_gasPrice', params: undefined }, undefined, 'UNREACHABLE', 1)
      return Promise.resolve()
    })
    expect(fetched).toMatchObject([{ asked: '', askedSha256: sha256(''), answer: null, answerSha256: null, failure: 'UNREACHABLE' }])
  })

  test('X6: answers beyond what is kept are counted, and said to be left off; what others fetch is not among them', async () => {
    const many = collectFetched(async () => {
      for (let n = 0; n < 125; n++) noteFetched({ method: `m${n}`, params: [] }, n, null, 0)
      await Promise.resolve()
    })
    const few = collectFetched(() => {
      noteFetched({ method: 'other', params: [] }, 1, null, 0)
      return Promise.resolve()
    })
    const { fetched } = await many
    expect(fetched).toHaveLength(121)
    expect(fetched.slice(-2)).toMatchObject([{ method: 'm119' }, { leftOff: 5 }])
    expect((await few).fetched).toHaveLength(1)
  })
})
