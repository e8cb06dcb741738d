import { describe, expect, test } from 'vitest'

import { isOpen } from '../../../src-main/domain/order'
import { FAULTS, STAGES, type Fault, type Stage } from '../../support/app/fault-kinds'
import { letItEnd, nextOrder, PLAYS } from '../../support/app/fault-stages'
import { FAULT_TABLE, IMPOSSIBLE } from '../../support/app/fault-table'
import { faultWorld, type FaultVenue } from '../../support/app/fault-world'

const VENUES: readonly FaultVenue[] = ['paper', 'dex']

/** One row of the table, as it is written there. */
interface Row {
  readonly venue: FaultVenue
  readonly stage: Stage
  readonly fault: Fault
  readonly meanwhile: string
  readonly end: string
  readonly truth: string
  readonly fed: string
  readonly told: readonly string[]
  readonly next: string
}

/** Lines without bars say of which venue and stage the rows below are. */
function readTable(): readonly Row[] {
  const [, ...lines] = FAULT_TABLE.trim().split('\n')
  let [venue, stage] = ['', '']
  return lines.flatMap((line): Row[] => {
    if (!line.includes('|')) {
      ;[venue = '', stage = ''] = line.trim().split(', ')
      return []
    }
    const [fault, meanwhile, end, truth, fed, next, told = '-'] = line.split('|').map((cell) => cell.trim())
    return [{ ...({ venue, stage, fault, meanwhile, end, truth, fed, next } as Row), told: told === '-' ? [] : told.split(', ') }]
  })
}

const rows = readTable()

/** Which row or reason covers a combination. */
function covering(venue: FaultVenue, stage: Stage, fault: Fault): readonly string[] {
  const tested = rows.filter((row) => row.venue === venue && row.stage === stage && row.fault === fault).map(() => 'a row')
  const barred = IMPOSSIBLE.filter(
    ([of, at, faults]) => (of === '*' || of === venue) && at === stage && (faults.includes('*') || faults.includes(fault)),
  ).map(([, , , why]) => why)
  return [...tested, ...barred]
}

describe('B2 X3 X10: what each fault at each stage comes to', () => {
  test('every combination of venue, stage and fault is either tested or impossible for a reason, and no row is of something else', () => {
    const open: string[] = []
    for (const venue of VENUES)
      for (const stage of STAGES)
        for (const fault of FAULTS) {
          const by = covering(venue, stage, fault)
          if (by.length !== 1) open.push(`${venue}, ${stage}, ${fault}: ${by.length === 0 ? 'nobody knows' : by.join(' and ')}`)
        }
    expect(open).toEqual([])
    const known = (row: Row): boolean => VENUES.includes(row.venue) && STAGES.includes(row.stage) && FAULTS.includes(row.fault)
    expect(rows.filter((row) => !known(row))).toEqual([])
    expect(rows.length).toBeGreaterThan(90)
  })

  test.each(rows)('$venue, $stage, $fault: $meanwhile, in the end $end', async (row) => {
    const { venue, stage, fault } = row
    const world = await faultWorld()
    try {
      const { orderId, during } = await PLAYS[stage](world, venue, fault)
      const handed = () => [...world.left].map(([id, times]) => `${id} ${times}`)
      const before = world.left.size
      await letItEnd(world)
      const afterwards = handed()
      const state = orderId === null ? null : world.state(orderId)
      // What an order that ended left on the chain is followed to its block.
      const leftovers = state === null || isOpen(state) ? [] : world.bench.engine.transactions.inFlight()
      expect(leftovers.filter(({ hash }) => hash !== null && world.chain.blockOf(hash) !== null)).toEqual([])
      const seen = {
        meanwhile: during,
        end: state ?? '-',
        truth: orderId === null ? 'nothing' : await world.truth(orderId),
        fed: world.fed().join(', ') || '-',
        told: row.told.filter((type) => world.bench.auditTypes().includes(type)),
        next: await nextOrder(world, venue),
      }
      const { meanwhile, end, truth, fed, told, next } = row
      expect(seen).toEqual({ meanwhile, end, truth, fed, told, next })

      // What left once never leaves again by itself: not when the fault is over, not when time passes.
      const twice = fault === 'duplicate delivery' ? ['1', '2'] : ['1']
      expect(afterwards.filter((each) => !twice.includes(each.split(' ')[1]!))).toEqual([])
      if (state === 'denied' || state === 'rejected') expect(world.left.size - (next === 'possible' ? 1 : 0)).toBe(before)
      // The record says what the venue did.
      expect(seen.truth === 'traded').toBe(state === 'filled')
      expect((await world.bench.audit.verify()).verdict).toBe('intact')
    } finally {
      world.close()
    }
  })
})
