import { EmptyState } from '@mantine/core'
import type { ReactNode } from 'react'

interface Props {
  readonly icon: ReactNode
  readonly title: string
  /** The next step. */
  readonly children: ReactNode
  readonly action?: ReactNode
}

/** Nothing here yet, and what to do about it. */
export function Empty({ icon, title, children, action }: Props) {
  return (
    <EmptyState icon={icon} title={title} description={children} size="sm" py="xl">
      {action !== undefined && <EmptyState.Actions>{action}</EmptyState.Actions>}
    </EmptyState>
  )
}
