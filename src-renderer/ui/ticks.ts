/** `parts + 1` values from one end to the other, evenly: what an axis of time is marked with. */
export function evenly(from: number, to: number, parts: number): number[] {
  return Array.from({ length: parts + 1 }, (_, index) => from + ((to - from) * index) / parts)
}

/**
 * Round marks that hold everything from `low` to `high`, about `parts` steps apart by 1, 2, 2.5 or 5 times a power of ten. For drawing only.
 * Where there is nothing to span, the two ends.
 */
export function roundTicks(low: number, high: number, parts: number): number[] {
  const span = high - low
  if (!Number.isFinite(span) || span <= 0) return [low, high]
  const power = 10 ** Math.floor(Math.log10(span / parts))
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each * parts >= span) ?? 10 * power
  const first = Math.floor(low / step)
  const last = Math.ceil(high / step)
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
}
