import { Decimal, decimal, ZERO } from '../../lib/decimal'

/** Makes the median absolute deviation comparable with a standard deviation. */
const MAD_SCALE = decimal('1.4826')

/** The middle value; of an even number, the mean of both. Zero for none. */
export function median(values: readonly Decimal[]): Decimal {
  if (values.length === 0) return ZERO
  const sorted = [...values].sort((a, b) => a.cmp(b))
  const upper = sorted[Math.floor(sorted.length / 2)] ?? ZERO
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? ZERO
  return upper.add(lower).div(2)
}

/** A value that few of these would exceed, whatever single ones are like: the median and `times` the scaled median absolute deviation. */
export function robustTop(values: readonly Decimal[], times: number): Decimal {
  const middle = median(values)
  const deviation = median(values.map((value) => value.sub(middle).abs()))
  return middle.add(deviation.mul(MAD_SCALE).mul(times))
}

/** The largest; zero for none. */
export function largest(values: readonly Decimal[]): Decimal {
  return values.reduce((most, value) => Decimal.max(most, value), ZERO)
}

/** The most of these moments (ascending) that lie within any window of this length. */
export function busiest(timesMs: readonly number[], windowMs: number): number {
  let most = 0
  let from = 0
  for (const [index, atMs] of timesMs.entries()) {
    while (atMs - (timesMs[from] ?? atMs) >= windowMs) from += 1
    most = Math.max(most, index - from + 1)
  }
  return most
}
