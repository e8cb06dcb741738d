import './timeline.css'

import type { ReactNode } from 'react'

import { clockTime, exactly, took } from './format/time'
import type { TagTone } from './tag'

/** One thing that happened. */
export interface Moment {
  readonly key: string
  readonly title: string
  readonly tone: TagTone
  /** Null while it is still going on. */
  readonly atMs: number | null
  readonly body?: ReactNode
}

/** What happened, oldest first, with the time between; what is still going on stands last. */
export function Timeline({ moments, label }: { readonly moments: readonly Moment[]; readonly label: string }) {
  return (
    <ol className="hf-timeline" aria-label={label}>
      {moments.map(({ key, title, tone, atMs, body }, index) => {
        const before = moments[index - 1]?.atMs ?? null
        return (
          <li key={key} className={`hf-timeline__item hf-timeline__item--${atMs === null ? 'now' : tone}`}>
            <i className="hf-timeline__dot" aria-hidden />
            <div className="hf-timeline__head">
              <strong>{title}</strong>
              {atMs !== null && (
                <span className="hf-timeline__when hf-num">
                  {before !== null && <span className="hf-dim">+{took(atMs - before)}</span>}
                  <time dateTime={new Date(atMs).toISOString()} title={exactly(atMs)}>
                    {clockTime(atMs)}
                  </time>
                </span>
              )}
            </div>
            {body !== undefined && <div className="hf-timeline__body">{body}</div>}
          </li>
        )
      })}
    </ol>
  )
}
