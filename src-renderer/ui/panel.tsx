import './panel.css'

import { useId, type ReactNode } from 'react'

interface PanelProps {
  readonly title: string
  /** Beside the title, at the right. */
  readonly aside?: ReactNode
  readonly children: ReactNode
  readonly className?: string
}

/** A named part of a screen. */
export function Panel({ title, aside, children, className = '' }: PanelProps) {
  const id = useId()
  return (
    <section className={`hf-panel ${className}`} aria-labelledby={id}>
      <header className="hf-panel__head">
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      <div className="hf-panel__body">{children}</div>
    </section>
  )
}

/** The title of a screen, what it is for, and its one primary action. */
export function ScreenHead({
  title,
  about,
  children,
}: {
  readonly title: string
  readonly about?: ReactNode
  readonly children?: ReactNode
}) {
  return (
    <header className="hf-screen-head">
      <h1>{title}</h1>
      {about !== undefined && <div className="hf-dim">{about}</div>}
      {children !== undefined && <div className="hf-screen-head__actions">{children}</div>}
    </header>
  )
}

/** One line of {@link Facts}. */
export interface Fact {
  readonly label: string
  readonly value: ReactNode
  /** Explains the label on hover. */
  readonly hint?: string
}

/** Names and values, one a line. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="hf-facts">
      {facts.map(({ label, value, hint }) => (
        <div key={label} className="hf-facts__row">
          <dt title={hint}>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
