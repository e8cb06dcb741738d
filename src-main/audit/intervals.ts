/** Places of a chain, from one to another. */
export interface Interval {
  readonly from: number
  readonly to: number
}

/** What the second leave of the first. */
export function without(intervals: readonly Interval[], taken: readonly Interval[]): Interval[] {
  return taken.reduce<Interval[]>(
    (left, { from, to }) =>
      left.flatMap((piece) => {
        if (piece.to < from || to < piece.from) return [piece]
        return [
          { from: piece.from, to: from - 1 },
          { from: to + 1, to: piece.to },
        ].filter((rest) => rest.from <= rest.to)
      }),
    [...intervals],
  )
}

/** Whether any of the first has a place in common with any of the second. */
export function overlap(some: readonly Interval[], others: readonly Interval[]): boolean {
  return some.some((one) => others.some((other) => one.from <= other.to && other.from <= one.to))
}
