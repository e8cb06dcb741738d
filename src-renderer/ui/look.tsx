import '@mantine/core/styles.css'
import './tokens.css'
import './base.css'
import './table.css'

import { MantineProvider } from '@mantine/core'
import type { ReactNode } from 'react'

import { cssVariables, theme } from './theme'

interface Props {
  /** The page's nonce for style elements; empty outside a page with a content security policy. */
  readonly nonce: string
  readonly children: ReactNode
}

/** The look that both windows share. */
export function Look({ nonce, children }: Props) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      {...(nonce === '' ? {} : { getStyleNonce: () => nonce })}
    >
      {children}
    </MantineProvider>
  )
}
