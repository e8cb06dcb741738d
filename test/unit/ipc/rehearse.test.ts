import { expect, test } from 'vitest'

import { rehearseHalt } from '../../../src-main/ipc/rehearse'

test('D10: the way of a halt is clear, by the contract as it stands', async () => {
  const faults: unknown[] = []
  expect(await rehearseHalt((fault) => faults.push(fault))).toBe(true)
  expect(faults).toEqual([])
})
