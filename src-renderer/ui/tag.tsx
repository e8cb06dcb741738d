import './tag.css'

/** What a tag's colour says. */
export type TagTone = 'going' | 'attention' | 'good' | 'ended' | 'bad'

/** A state in one word, with a mark whose shape differs with its tone, so that colour is never alone. */
export function Tag({ tone, children, title }: { readonly tone: TagTone; readonly children: string; readonly title?: string }) {
  return (
    <span className={`hf-tag hf-tag--${tone}`} title={title}>
      <i aria-hidden />
      {children}
    </span>
  )
}

/** A bar with a length from 0 to 1; from `near` on it asks for attention, and at its end it shows danger only when asked to. */
export function Meter({
  label,
  share,
  near = 1,
  full = 'attention',
}: {
  readonly label: string
  readonly share: number
  readonly near?: number
  readonly full?: 'attention' | 'danger' | 'plain'
}) {
  const tone = share >= 1 ? full : share >= near ? 'attention' : 'plain'
  return (
    <span
      className="hf-meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
    >
      <i className={`hf-meter__fill hf-meter__fill--${tone}`} style={{ width: `${share * 100}%` }} />
    </span>
  )
}
