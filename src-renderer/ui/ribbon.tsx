import './ribbon.css'

/** How much a stretch of time stands out; its height differs as well as its colour, so that colour is never alone. */
export type RibbonTone = 'quiet' | 'attention' | 'bad' | 'held'

/** A stretch of time, and what was then. */
export interface RibbonStretch {
  readonly fromMs: number
  readonly toMs: number
  readonly tone: RibbonTone
  /** Shown on hover. */
  readonly title: string
}

const WIDTH = 1_000
const HEIGHTS: Readonly<Record<RibbonTone, number>> = { quiet: 4, attention: 10, bad: 18, held: 16 }
/** No stretch is thinner than this, thousandths of the width: a minute of a day would not be seen. */
const THINNEST = 3

/** What something was over a time, from left to right. */
export function Ribbon({
  label,
  fromMs,
  toMs,
  stretches,
}: {
  readonly label: string
  readonly fromMs: number
  readonly toMs: number
  readonly stretches: readonly RibbonStretch[]
}) {
  return (
    <svg className="hf-ribbon" viewBox={`0 0 ${WIDTH} 18`} preserveAspectRatio="none" role="img" aria-label={label}>
      <line className="hf-ribbon__base" x1="0" x2={WIDTH} y1="9" y2="9" vectorEffect="non-scaling-stroke" />
      {stretches.map((stretch) => {
        const [x, end] = [place(stretch.fromMs, fromMs, toMs), place(stretch.toMs, fromMs, toMs)]
        const width = stretch.tone === 'quiet' ? end - x : Math.max(end - x, THINNEST)
        const height = HEIGHTS[stretch.tone]
        return (
          <rect
            key={`${stretch.fromMs} ${stretch.tone}`}
            className={`hf-ribbon__piece--${stretch.tone}`}
            x={Math.min(x, WIDTH - width)}
            y={9 - height / 2}
            width={width}
            height={height}
          >
            <title>{stretch.title}</title>
          </rect>
        )
      })}
    </svg>
  )
}

/** How often something happened, in equal parts of a time, as bars. */
export function Spark({
  label,
  fromMs,
  toMs,
  timesMs,
  parts = 48,
}: {
  readonly label: string
  readonly fromMs: number
  readonly toMs: number
  readonly timesMs: readonly number[]
  readonly parts?: number
}) {
  const counts = countParts(timesMs, fromMs, toMs, parts)
  const most = Math.max(1, ...counts)
  const width = WIDTH / parts
  return (
    <svg className="hf-spark" viewBox={`0 0 ${WIDTH} 22`} preserveAspectRatio="none" role="img" aria-label={label}>
      <line x1="0" x2={WIDTH} y1="21.5" y2="21.5" />
      {counts.map((count, index) => {
        const height = (count / most) * 20
        return count === 0 ? null : (
          <rect key={index} x={index * width + width * 0.15} y={21 - height} width={width * 0.7} height={height} />
        )
      })}
    </svg>
  )
}

/** How many of the times fall into each part; what lies outside counts for none. */
export function countParts(timesMs: readonly number[], fromMs: number, toMs: number, parts: number): readonly number[] {
  const counts = Array.from({ length: parts }, () => 0)
  for (const atMs of timesMs) {
    if (atMs < fromMs || atMs > toMs) continue
    const part = Math.min(parts - 1, Math.floor(((atMs - fromMs) / Math.max(1, toMs - fromMs)) * parts))
    counts[part] = (counts[part] ?? 0) + 1
  }
  return counts
}

function place(atMs: number, fromMs: number, toMs: number): number {
  return (Math.min(Math.max(atMs, fromMs), toMs) - fromMs) * (WIDTH / Math.max(1, toMs - fromMs))
}
