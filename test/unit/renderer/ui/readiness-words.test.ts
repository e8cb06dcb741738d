import { describe, expect, test } from 'vitest'

import { READINESS_CODES, READINESS_STATES } from '../../../../src-main/domain/readiness'
import { READINESS_GROUPS, sayReadiness } from '../../../../src-renderer/ui/words/readiness'

test('X9: every check stands in one group', () => {
  expect(READINESS_GROUPS.flatMap(({ codes }) => codes).sort()).toEqual([...READINESS_CODES].sort())
})

describe.each(READINESS_CODES.map((code) => [code] as const))('X9: %s', (code) => {
  test.each(READINESS_STATES.map((state) => [state] as const))(
    '%s is a name and one plain sentence, and what must be mended says where',
    (state) => {
      // What main always gives, and what only sometimes is there.
      const always = {
        conservative: '0.5',
        moderate: '1',
        aggressive: '2',
        orderUsd: '1000',
        dayUsd: '10000',
        lossHaltPct: '10',
        freeMb: '900',
        needMb: '400',
      }
      const counts = {
        count: '2',
        people: '1',
        usable: '1',
        needed: '2',
        entries: '12',
        lag: '3',
        gateMs: '0.6',
        verifiedMs: '900',
        backend: 'kwallet',
      }
      const figures = [
        { ...always, ...counts },
        {
          ...always,
          ...counts,
          why: 'the disk does not answer',
          trouble: 'NETWORK_ERROR',
          result: 'none',
          breakers: 'signer, trade',
          state: 'lost',
        },
        {
          ...always,
          ...counts,
          signers: 'Ledger',
          others: 'Old file',
          without: 'Ada',
          failing: 'Ledger',
          atMs: '1700000000000',
          variables: 'PRIVATE_KEY',
        },
      ]
      for (const each of figures) {
        const { name, sentence, mend } = sayReadiness({ code, state, figures: each })
        expect(name).toMatch(/^[A-Z]/)
        // A name reads right whether passed or not.
        expect(name).not.toMatch(/^No |\bis\b|\bare\b/)
        if (code === 'no-development-keys' && state === 'failed' && !('signers' in each)) continue
        expect(sentence).toMatch(/^[A-Z0-9–$].*\.$/)
        // Names of variables are what they are.
        expect(sentence.replace('PRIVATE_KEY', '')).not.toMatch(/undefined|null|NaN|  |[A-Z]{3,}_[A-Z]/)
        if (state === 'passed' || state === 'not-applicable') expect(mend).toBeNull()
      }
    },
  )
})
