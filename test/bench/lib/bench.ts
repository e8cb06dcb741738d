/** One figure, and the same work done by the plainest means in the same run. */
export interface BenchResult {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly reference: number
  readonly ratio: number
  /** What is aimed at; told on the error output only. */
  readonly target?: Target
}

/** What a figure is meant to reach. */
export interface Target {
  readonly of: 'value' | 'ratio'
  readonly atLeast?: number
  readonly atMost?: number
}

/** A figure with its reference. */
export function result(name: string, value: number, unit: string, reference: number, target?: Target): BenchResult {
  return { name, value, unit, reference, ratio: value / reference, ...(target === undefined ? {} : { target }) }
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** The mean of the middle half: as deaf to outliers as the median, without its steps where the clock that measured has coarse ones. */
export function middleMean(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.slice(Math.floor(sorted.length / 4), Math.ceil((sorted.length * 3) / 4))
  return middle.reduce((sum, value) => sum + value, 0) / middle.length
}

/** How long something took, in ms. */
export async function timed(act: () => unknown): Promise<number> {
  const startedMs = performance.now()
  await act()
  return performance.now() - startedMs
}

/**
 * Times acts in turns, so that whatever else the machine does falls on all of them alike, and returns the median of each. Every other
 * round runs backwards, so that none always follows the same one. What `before` does for an act, by its place, is not timed.
 */
export async function inTurns(
  rounds: number,
  acts: readonly ((round: number) => unknown)[],
  before: (act: number) => unknown = () => undefined,
): Promise<number[]> {
  const times = acts.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    const order = acts.map((_, index) => index)
    if (round % 2 === 1) order.reverse()
    for (const index of order) {
      await before(index)
      times[index]?.push(await timed(() => acts[index]?.(round)))
    }
  }
  return times.map(median)
}
