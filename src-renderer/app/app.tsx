import '@mantine/charts/styles.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'

import { useMantineColorScheme } from '@mantine/core'
import { Notifications, notifications } from '@mantine/notifications'
import { useEffect, useLayoutEffect, useState } from 'react'

import type { OrderDraft } from '../../src-preload/contract/orders'

import { Failed } from '../features/failed/failed'
import { LockScreen } from '../features/lock/lock-screen'
import { KeychainNote } from './keychain-note'
import { DevicePrompt } from '../features/signers/device-prompt'
import { FirstRun } from '../features/first-run/first-run'
import { useAuthority } from '../stores/authority'
import { useSettings } from '../stores/settings'
import { forgetTrading, startBasics, startTrading } from '../stores/start'
import { useStatus } from '../stores/status'
import { known } from '../stores/remote'
import { fillTicket } from '../stores/ticket'
import { Announcer } from './announcer'
import { Frame } from './frame'
import { Opening } from './opening'
import { Palette } from './palette'
import { Screens } from './screens'
import { useHaltKeys } from './use-halt-keys'
import { useLockKeys } from './use-lock-keys'
import { useStripInTabOrder } from './use-strip-in-tab-order'

/** The whole window: first steps, a failure that must be read, or the screens. */
export function App() {
  useEffect(startBasics, [])
  useHaltKeys()
  useLockKeys()
  useStripInTabOrder()
  useColourScheme()
  const phase = useStatus(({ status }) => status?.phase ?? null)
  const locked = useAuthority(({ session }) => session?.locked ?? null)
  useForgetting(locked === true)
  const [inFirstRun, setInFirstRun] = useState(false)
  const [firstTicket, setFirstTicket] = useState<Partial<OrderDraft> | null>(null)
  if (phase === 'first-run' && !inFirstRun) setInFirstRun(true)

  return (
    <>
      <Announcer />
      <Notifications position="bottom-right" />
      {phase === 'ready' && !inFirstRun && locked === false && <Palette />}
      <Frame withNavigation={phase === 'ready' && !inFirstRun && locked === false}>
        <KeychainNote />
        {phase === null || locked === null ? (
          <Opening />
        ) : locked ? (
          <LockScreen />
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
  return (
    <>
      <Screens key={environment} />
      <DevicePrompt />
    </>
  )
}

/** What was shown before it was locked is nowhere in the page any more. */
function useForgetting(locked: boolean): void {
  useEffect(() => {
    if (!locked) return
    forgetTrading()
    notifications.clean()
  }, [locked])
}

/** Shows the colours that the settings say. */
function useColourScheme(): void {
  const wanted = useSettings(({ settings }) => known(settings)?.colourScheme)
  const { setColorScheme } = useMantineColorScheme()
  useEffect(() => {
    if (wanted !== undefined) setColorScheme(wanted)
  }, [wanted, setColorScheme])
}
