import { Drawer } from '@mantine/core'
import type { ReactNode } from 'react'

interface Props {
  readonly title: string
  readonly onClose: () => void
  /** How wide it is, px. */
  readonly size?: number
  readonly children: ReactNode
}

/** A form at the right, over the screen it belongs to, and under the strip: the way to halt stays free. */
export function SideDrawer({ title, onClose, size = 440, children }: Props) {
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={size}
      zIndex={300}
      title={title}
      closeButtonProps={{ 'aria-label': 'Close' }}
      classNames={{ inner: 'hf-below-strip', overlay: 'hf-below-strip' }}
    >
      {children}
    </Drawer>
  )
}
