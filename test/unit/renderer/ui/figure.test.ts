import { expect, test } from 'vitest'

import { byWeight, figureShare, figureText } from '../../../../src-renderer/ui/figure'

const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, ' ')
const figure = (name: string, value: string, limit: string | null = null, unit = '') => ({ name, value, limit, unit })

test.each([
  [figure('expected slippage', '0.1400', '1', '% of mid'), '0.14 / 1.00 %'],
  [figure('order value', '1249.1', '25000', 'USD'), '1 249.10 / 25 000.00 USD'],
  [figure('quote age', '320', '10000', 'ms'), '320 ms / 10.0 s'],
  [figure('fee per gas', '30000000000', '100000000000', 'wei'), '30 gwei / 100 gwei'],
  [figure('value', '500000000000000000', '1000000000000000000', 'wei'), '0.5 ETH / 1 ETH'],
  [figure('state', 'closed', 'closed'), 'closed'],
  [figure('state', 'open', 'closed'), 'open'],
  [figure('time left', '2652000', '0', 'ms'), '44 min 12 s'],
  [figure('spender', '0x71C7656EC7ab88b098defB751B7401B5f6d8976F'), '0x71C765…d8976F'],
])('%o', (given, shown) => expect(plain(figureText(given))).toBe(shown))

test('the most telling figure of a guard comes first, and none is lost', () => {
  const figures = [figure('quote age', '1', '2', 'ms'), figure('expected slippage', '0.1', '1', '% of mid')]
  expect(byWeight('slippage', figures).map(({ name }) => name)).toEqual(['expected slippage', 'quote age'])
  expect(byWeight('kill-switch', figures)).toEqual(figures)
})

test('a share needs a figure and a limit that is not zero', () => {
  expect(figureShare(figure('x', '5', '10'))).toBe(0.5)
  expect(figureShare(figure('x', 'open', 'closed'))).toBeNull()
  expect(figureShare(figure('x', '5', '0'))).toBeNull()
})
