import './notice.css'

import { IconAlertOctagon, IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'

import type { Said } from './words/said'

/** How serious a notice is. */
export type NoticeTone = 'danger' | 'attention' | 'good' | 'info'

const ICONS = { danger: IconAlertOctagon, attention: IconAlertTriangle, good: IconCircleCheck, info: IconInfoCircle }

interface Props {
  readonly tone: NoticeTone
  readonly title: string
  readonly children?: ReactNode
  /** Buttons. */
  readonly actions?: ReactNode
  /** Read out at once (`alert`), when there is a pause (`status`), or only when reached. */
  readonly live?: 'alert' | 'status' | 'none'
}

/** Something to be told, where it happened; stays until it is dealt with. */
export function Notice({ tone, title, children, actions, live = 'none' }: Props) {
  const Icon = ICONS[tone]
  return (
    <div className={`hf-notice hf-notice--${tone}`} {...(live === 'none' ? {} : { role: live })}>
      <Icon className="hf-notice__icon" size={18} aria-hidden />
      <div className="hf-notice__body">
        <strong>{title}</strong>
        {children !== undefined && <div>{children}</div>}
        {actions !== undefined && <div className="hf-notice__actions">{actions}</div>}
      </div>
    </div>
  )
}

interface SaidProps {
  readonly said: Said
  readonly tone?: NoticeTone
  readonly actions?: ReactNode
}

/** What happened, what it means for your money, what to do now. */
export function SaidNotice({ said, tone = 'danger', actions }: SaidProps) {
  return (
    <Notice tone={tone} title={said.what} live="alert" actions={actions}>
      {[said.means, said.now].filter((sentence) => sentence !== '').join(' ')}
    </Notice>
  )
}
