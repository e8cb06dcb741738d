import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { policyProposal } from '../../../../../src-preload/contract/policy'
import { draftOf, proposalOf, toSmallest, toWhole, wrongWith } from '../../../../../src-renderer/features/policy/field-values'
import { policyFields } from '../../../../../src-renderer/ui/words/policy'
import { FakePolicy } from '../../../../support/fake-bridge/fake-policy'
import { SCENARIOS } from '../../../../support/fake-bridge/scenario'

const view = new FakePolicy(SCENARIOS.testnet, 0).view()
const proposals = [
  { which: 'trading', policy: view.trading.policy! },
  { which: 'signing', policy: view.signing.policy! },
] as const

describe('C6 C7: a policy as it is typed', () => {
  test('what is in force, typed and read again, is the same, and what the contract takes', () => {
    for (const proposal of proposals) {
      const again = proposalOf(proposal.which, draftOf(proposal))
      expect(again).toEqual(proposal)
      expect(policyProposal.safeParse(again).success).toBe(true)
    }
  })

  test('every field of both policies can be typed', () => {
    for (const { which, policy } of proposals) {
      const typed = policyFields(which).map(({ field }) => field)
      expect([...typed, ...(which === 'signing' ? ['refuseContractCreation'] : [])].sort()).toEqual(Object.keys(policy).sort())
    }
  })

  test('amounts are exact, whatever their size', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }), fc.constantFrom(9, 18), (amount, decimals) => {
        expect(toSmallest(toWhole(amount.toString(), decimals), decimals)).toBe(amount.toString())
      }),
    )
    expect([toWhole('1500000000', 9), toWhole('0', 18), toSmallest('0.000000001', 9)]).toEqual(['1.5', '0', '1'])
  })

  test.for([
    ['tokens', '0x12'],
    ['tokens', '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2 somebody'],
    ['chainIds', '0'],
    ['chainIds', 'one'],
    ['maxOrderNotionalUsd', '-1'],
    ['maxOrderNotionalUsd', '1e9'],
    ['maxFeePerGasWei', '0.0000000001'],
    ['maxFeePerGasWei', ''],
    ['maxGas', '1.5'],
    ['maxDataBytes', ''],
    ['recipients', 'signers'],
  ] as const)('%s does not take %j, and says so at the field', ([field, typed]) => {
    const words = policyFields('trading').find((each) => each.field === field)!
    expect(wrongWith(words, typed)).not.toBeNull()
  })
})
