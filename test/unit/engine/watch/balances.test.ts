import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { DEFAULT_WATCH_SETTINGS } from '../../../../src-main/domain/watch'
import { BalanceWatch } from '../../../../src-main/engine/watch/balance-watch'
import { NO_HISTORY, readAccount, type AccountHistory } from '../../../../src-main/engine/watch/balances'
import { decimal, ZERO } from '../../../../src-main/lib/decimal'
import { err, ok } from '../../../../src-main/lib/result'
import type { Balance } from '../../../../src-main/venues/venue'

const S = { ...DEFAULT_WATCH_SETTINGS, balanceDropPct: 20, balanceWithinMin: 60 }
const MINUTE = 60_000
const T0 = 1_700_000_000_000

/** A holding; `price` null where nobody knows it. */
const holding = (asset: string, amount: string, price: string | null, held = '0'): Balance => {
  const all = decimal(amount).add(held)
  return { asset, token: null, free: decimal(amount), held: decimal(held), usd: price === null ? null : all.mul(price) }
}

/** Reads an account again and again, ten minutes apart. */
function follow(readings: readonly (readonly Balance[])[], stepMs = 10 * MINUTE) {
  let history: AccountHistory = NO_HISTORY
  return readings.map((balances, index) => {
    const reading = readAccount(history, balances, T0 + index * stepMs, S)
    history = reading.history
    return reading.drop?.pct.toFixed(1) ?? null
  })
}

describe('X5: a drop of the balance', () => {
  test('is found from the set share on, against the highest value within the window', () => {
    const usd = (amount: string) => [holding('USD', amount, '1')]
    expect(follow([usd('1000'), usd('801')])).toEqual([null, null])
    expect(follow([usd('1000'), usd('1200'), usd('960')])).toEqual([null, null, '20.0'])
    // Slower than the window: the highest value of an hour ago no longer counts.
    expect(follow(['1000', '950', '910', '880', '860', '840', '830', '820', '815', '812'].map(usd))).toEqual(Array(10).fill(null))
  })

  test('is found after time off: what was there last was there when the window began', () => {
    expect(follow([[holding('USD', '1000', '1')], [holding('USD', '100', '1')]], 10 * 60 * MINUTE)).toEqual([null, '90.0'])
  })

  test('is none when orders hold it, when one asset is traded for another, or in an account of a few dollars', () => {
    expect(follow([[holding('ETH', '2', '1000')], [holding('ETH', '0', '1000', '2')]])).toEqual([null, null])
    const traded = [holding('ETH', '1', '1000'), holding('USD', '995', '1')]
    expect(follow([[holding('ETH', '2', '1000')], traded])).toEqual([null, null])
    expect(follow([[holding('USD', '9', '1')], [holding('USD', '0', '1')]])).toEqual([null, null])
  })

  test('an unknown price is none; money that leaves while it is unknown is one', () => {
    expect(follow([[holding('ETH', '2', '1000')], [holding('ETH', '2', null)]])).toEqual([null, null])
    expect(follow([[holding('ETH', '2', '1000')], [holding('ETH', '1', null)]])).toEqual([null, '50.0'])
    expect(follow([[holding('ETH', '2', '1000')], []])).toEqual([null, '100.0'])
  })

  test('what never had a price is in no sum, and said', () => {
    const reading = readAccount(NO_HISTORY, [holding('ODD', '5', null), holding('USD', '100', '1'), holding('NIL', '0', null)], T0, S)
    expect({ usd: reading.usd.toFixed(), unpriced: reading.unpriced }).toEqual({ usd: '100', unpriced: ['ODD'] })
  })

  test('property: a value that never falls is never a drop, and the memory stays small', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1_000), fc.nat(7_200_000)), { maxLength: 200 }), (steps) => {
        let history: AccountHistory = NO_HISTORY
        let [usd, nowMs] = [100, T0]
        for (const [gain, ms] of steps) {
          usd += gain
          nowMs += ms
          const reading = readAccount(history, [holding('USD', String(usd), '1')], nowMs, S)
          expect(reading.drop).toBeNull()
          history = reading.history
        }
        expect(history.highs.length).toBeLessThanOrEqual(27)
      }),
    )
  })
})

describe('X5: watching balances', () => {
  const account = (usd: string, price: string | null = '1') => ({ id: 'a', label: 'Main', balances: ok([holding('USD', usd, price)]) })

  test('a drop counts when the next reading shows it as well', () => {
    const watch = new BalanceWatch({})
    expect(watch.take([account('1000')], T0, S).again).toBe(false)
    expect(watch.take([account('500')], T0 + 1, S).again).toBe(true)
    expect(watch.findings).toEqual([])
    expect(watch.take([account('500')], T0 + 2, S).again).toBe(false)
    expect(watch.findings).toMatchObject([
      { trigger: 'balance-drop', reason: 'Main lost 50.0 % of its value (halts at 20 % within 60 min): 1000.00 to 500.00 USD.' },
    ])
    watch.take([account('1000')], T0 + 3, S)
    expect(watch.findings).toEqual([])
  })

  test('a reading between the two halves of a trade is none', () => {
    const watch = new BalanceWatch({})
    for (const [index, usd] of ['1000', '500', '1000', '500'].entries()) watch.take([account(usd)], T0 + index, S)
    expect(watch.findings).toEqual([])
  })

  test('what cannot be read or priced is told once, and what was found stands', () => {
    const watch = new BalanceWatch({})
    const unread = { id: 'a', label: 'Main', balances: err({ code: 'NETWORK_ERROR' }) }
    for (const usd of ['1000', '500', '500']) watch.take([account(usd)], T0, S)
    expect(watch.take([unread], T0, S).blindNow).toEqual([{ account: 'Main', why: 'not read (NETWORK_ERROR)' }])
    expect(watch.take([unread], T0, S).blindNow).toEqual([])
    expect(watch.blind).toEqual(['Main: not read (NETWORK_ERROR)'])
    expect(watch.findings).toHaveLength(1)
    const odd = { id: 'a', label: 'Main', balances: ok([{ asset: 'ODD', token: '0x1', free: decimal('1'), held: ZERO, usd: null }]) }
    expect(watch.take([odd], T0, S).blindNow).toEqual([{ account: 'Main', why: 'no price is known of ODD' }])
  })

  test('after a release it compares with what is there then', () => {
    const watch = new BalanceWatch({})
    for (const usd of ['1000', '500', '500']) watch.take([account(usd)], T0, S)
    watch.forgetHighs()
    watch.take([account('500')], T0 + 1, S)
    watch.take([account('450')], T0 + 2, S)
    watch.take([account('450')], T0 + 3, S)
    expect(watch.findings).toEqual([])
  })
})
