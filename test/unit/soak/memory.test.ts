import { describe, expect, it } from 'vitest'

import { countingScheduler, leaks, remains, slope, type Sample } from '../../soak/memory'
import { FakeClock } from '../../support/fake-clock'

const MINUTE_MS = 60_000
/** An hour's samples, one a minute. */
const hour = (at: (minute: number) => Partial<Sample>): Sample[] =>
  Array.from({ length: 60 }, (_, minute) => ({
    atMs: minute * MINUTE_MS,
    heapMb: 40,
    rssMb: 200,
    files: 30,
    resources: 4,
    timers: 12,
    orders: minute * 100,
    ...at(minute),
  }))

describe('X9: what the soak calls a leak', () => {
  it('nothing that stays as it is, goes up and down, or is what orders leave', () => {
    expect(leaks(hour(() => ({})))).toEqual([])
    expect(leaks(hour((minute) => ({ heapMb: 40 + (minute % 7), rssMb: 200 + (minute % 20), files: 30 + (minute % 3) })))).toEqual([])
    expect(leaks(hour((minute) => ({ heapMb: 40 + minute * 0.3 })))).toEqual([])
  })

  it('what is open for a moment is no leak', () => {
    expect(leaks(hour((minute) => ({ files: minute === 50 ? 45 : 30, resources: minute === 59 ? 12 : 4 })))).toEqual([])
  })

  it('a heap, a process, files, handles or timers that grow', () => {
    expect(leaks(hour((minute) => ({ heapMb: 40 + minute * 0.7 })))).toEqual([expect.stringMatching(/^the heap grows by 42\.0 MB an hour/)])
    expect(leaks(hour((minute) => ({ heapMb: 40 + minute * 0.3, orders: 0 })))).toEqual([expect.stringMatching(/^the heap grows/)])
    expect(leaks(hour((minute) => ({ rssMb: 200 + minute * 3 })))).toEqual([expect.stringMatching(/^the process has/)])
    expect(leaks(hour((minute) => ({ files: 30 + Math.floor(minute / 5) })))).toEqual([expect.stringMatching(/^open files rose to 41/)])
    expect(leaks(hour((minute) => ({ resources: 4 + Math.floor(minute / 5) })))).toEqual([expect.stringMatching(/^open handles rose/)])
    expect(leaks(hour((minute) => ({ timers: 12 + minute })))).toEqual([expect.stringMatching(/^waiting timers rose/)])
  })

  it('too little to look at is no pass', () => {
    expect(leaks(hour(() => ({})).slice(0, 4))).toEqual(['too few samples to tell'])
    expect(remains([40])).toEqual(['too few restarts to tell'])
  })

  it('what remains of apps that were stopped', () => {
    expect(remains([40, 60, 42])).toEqual([])
    expect(remains([40, 44, 48])).toEqual(['without an app the heap rose from 40.0 to 48.0 MB'])
  })

  it('a straight line has its slope, and a point has none', () => {
    expect(slope([0, 1, 2, 3].map((x) => [x, 7 - 2 * x] as const))).toBeCloseTo(-2)
    expect(slope([[5, 5]])).toBe(0)
  })

  it('a timer waits until it has run or is canceled, once', async () => {
    const clock = new FakeClock()
    const { scheduler, pending } = countingScheduler(clock)
    const cancel = scheduler.after(10, () => undefined)
    scheduler.after(20, () => undefined)
    expect(pending()).toBe(2)
    cancel()
    cancel()
    expect(pending()).toBe(1)
    await clock.advance(20)
    expect(pending()).toBe(0)
  })
})
