import '@mantine/charts/styles.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'

import { useMantineColorScheme } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { useEffect, useLayoutEffect, useState } from 'react'

import type { OrderDraft } from '../../src-preload/contract/orders'

import { Failed } from '../features/failed/failed'
import { KeychainNote } from './keychain-note'
import { FirstRun } from '../features/first-run/first-run'
import { useSettings } from '../stores/settings'
import { startBasics, startTrading } from '../stores/start'
import { useStatus } from '../stores/status'
import { known } from '../stores/remote'
import { fillTicket } from '../stores/ticket'
import { Announcer } from './announcer'
import { Frame } from './frame'
import { Opening } from './opening'
import { Palette } from './palette'
import { Screens } from './screens'
import { useHaltKeys } from './use-halt-keys'
import { useStripInTabOrder } from './use-strip-in-tab-order'

/** The whole window: first steps, a failure that must be read, or the screens. */
export function App() {
  useEffect(startBasics, [])
  useHaltKeys()
  useStripInTabOrder()
  useColourScheme()
  const phase = useStatus(({ status }) => status?.phase ?? null)
  const [inFirstRun, setInFirstRun] = useState(false)
  const [firstTicket, setFirstTicket] = useState<Partial<OrderDraft> | null>(null)
  if (phase === 'first-run' && !inFirstRun) setInFirstRun(true)

  return (
    <>
      <Announcer />
      <Notifications position="bottom-right" />
      {phase === 'ready' && !inFirstRun && <Palette />}
      <Frame withNavigation={phase === 'ready' && !inFirstRun}>
        <KeychainNote />
        {phase === null ? (
          <Opening />
        ) : phase === 'failed' ? (
          <Failed />
        ) : inFirstRun ? (
          <FirstRun
            onFinished={(ticket) => {
              setFirstTicket(ticket)
              setInFirstRun(false)
            }}
          />
        ) : (
          <Trading firstTicket={firstTicket} />
        )}
      </Frame>
    </>
  )
}

/** The screens of an open environment; they start anew when another one is opened. */
function Trading({ firstTicket }: { readonly firstTicket: Partial<OrderDraft> | null }) {
  const environment = useStatus(({ status }) => status?.environment)
  // Before the screens' own effects: what was known of another environment must be forgotten first.
  useLayoutEffect(() => {
    const stop = startTrading()
    if (firstTicket !== null) fillTicket(firstTicket)
    return stop
  }, [environment, firstTicket])
  return <Screens key={environment} />
}

/** Shows the colours that the settings say. */
function useColourScheme(): void {
  const wanted = useSettings(({ settings }) => known(settings)?.colourScheme)
  const { setColorScheme } = useMantineColorScheme()
  useEffect(() => {
    if (wanted !== undefined) setColorScheme(wanted)
  }, [wanted, setColorScheme])
}
