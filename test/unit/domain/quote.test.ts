import { expect, test } from 'vitest'

import { lossPct } from '../../../src-main/domain/quote'
import { decimal } from '../../../src-main/lib/decimal'

test.for([
  ['buy', '2010', '0.5'],
  ['buy', '1990', '-0.5'],
  ['sell', '1990', '0.5'],
  ['sell', '2010', '-0.5'],
  ['sell', '2000', '0'],
] as const)('X2: to %s at %s against a mid of 2000 loses %s percent', ([side, price, pct]) => {
  expect(lossPct(side, decimal(price), decimal(2000))?.toFixed()).toBe(pct)
})

test('X2: against a mid that is no price nothing can be said', () => {
  for (const mid of ['0', '-1', 'NaN', 'Infinity']) expect(lossPct('sell', decimal(1), decimal(mid))).toBeNull()
})
