import './frame.css'

import { useElementSize } from '@mantine/hooks'
import { useEffect, type ReactNode } from 'react'

import { useStatus } from '../stores/status'
import { Navigation } from './navigation'
import { Strip } from './strip/strip'

interface Props {
  readonly withNavigation: boolean
  readonly children: ReactNode
}

/** The frame that is the same on every screen: the environment's edge, the status strip, the navigation. */
export function Frame({ withNavigation, children }: Props) {
  const environment = useStatus(({ status }) => status?.environment)
  useEffect(() => {
    if (environment === undefined) delete document.documentElement.dataset['environment']
    else document.documentElement.dataset['environment'] = environment
  }, [environment])

  // Drawers and dialogs leave the strip free, so that halting is never covered.
  const { ref, height } = useElementSize()
  useEffect(() => {
    document.documentElement.style.setProperty('--hf-strip-height', `${Math.ceil(height)}px`)
  }, [height])

  return (
    <div className="hf-frame">
      <a className="hf-skip" href="#main" onClick={focusMain}>
        Skip to the screen
      </a>
      <header ref={ref} className="hf-frame__strip">
        <Strip />
      </header>
      <div className="hf-frame__rest">
        {withNavigation && <Navigation />}
        <main id="main" className="hf-frame__main" tabIndex={-1}>
          {children}
        </main>
      </div>
      <div className="hf-frame__edge" aria-hidden />
    </div>
  )
}

function focusMain(event: { preventDefault: () => void }): void {
  // The address says which screen is open; a plain jump would change it.
  event.preventDefault()
  document.getElementById('main')?.focus()
}
