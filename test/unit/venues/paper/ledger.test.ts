import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { ACCOUNTS, Ledger } from '../../../../src-main/venues/paper/ledger'

describe('the ledger', () => {
  it('neither makes nor loses an atom, and never overdraws what is ours', () => {
    const move = fc.record({ from: fc.constantFrom(...ACCOUNTS), to: fc.constantFrom(...ACCOUNTS), atoms: fc.bigInt(-5n, 2_000n) })
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const ledger = Ledger.starting({ USD: 1_000n })
        for (const { from, to, atoms } of moves) {
          const before = { ...ledger.of('USD') }
          try {
            ledger.move('USD', from, to, atoms)
          } catch {
            expect(ledger.of('USD')).toEqual(before)
          }
          const { free, held, market, fees } = ledger.of('USD')
          expect(free + held + market + fees).toBe(1_000n)
          expect(free >= 0n && held >= 0n && fees >= 0n).toBe(true)
        }
      }),
    )
  })

  it('refuses an overdraft, a negative amount and an unknown asset', () => {
    const ledger = Ledger.starting({ USD: 10n })
    expect(() => ledger.move('USD', 'free', 'held', 11n)).toThrow(RangeError)
    expect(() => ledger.move('USD', 'free', 'held', -1n)).toThrow(RangeError)
    expect(() => ledger.move('EUR', 'free', 'held', 0n)).toThrow(RangeError)
    ledger.move('USD', 'market', 'free', 5n)
    expect(ledger.all()).toEqual({ USD: { free: 15n, held: 0n, market: -5n, fees: 0n } })
  })
})
