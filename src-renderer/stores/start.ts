import { startAlerts, useAlerts } from './alerts'
import { startAudit, useAudit } from './audit'
import { forgetAuthority, startSession } from './authority'
import { startDevicePrompt, useDevicePrompt } from './device-prompt'
import { startGuards } from './guards'
import { startHalt } from './halt'
import { useIncidents } from './incidents'
import { startLimits, useLimits } from './limits'
import { startMarket, useMarket } from './market'
import { startNavigation } from './navigation'
import { startOrders, useOrders } from './orders'
import { refreshSettings, useSettings } from './settings'
import { startSigners, useSigners } from './signers'
import { startStatus } from './status'
import { resetTicket, startTicket } from './ticket'
import { startWatch } from './watch'

/** What is heard from the first moment on, also before an environment is open. */
export function startBasics(): () => void {
  const stops = [startNavigation(), startStatus(), startSession(), startGuards(), startWatch(), startHalt()]
  void refreshSettings()
  return () => {
    for (const stop of stops) stop()
  }
}

/** What needs an open environment. What was known of another one is forgotten. */
export function startTrading(): () => void {
  forgetTrading()
  void refreshSettings()
  const stops = [
    startMarket(),
    startOrders(),
    startSigners(),
    startDevicePrompt(),
    startAudit(),
    startAlerts(),
    startLimits(),
    startTicket(),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** Forgets what only an unlocked app may show, and what belongs to one environment alone. */
export function forgetTrading(): void {
  forget(useMarket)
  forget(useOrders)
  forget(useSigners)
  forget(useDevicePrompt)
  forget(useAudit)
  forget(useIncidents)
  forget(useAlerts)
  forget(useLimits)
  // Set-up changes them, and each environment has its own.
  forget(useSettings)
  forgetAuthority()
  resetTicket()
}

function forget<State>(store: { getInitialState: () => State; setState: (state: State, replace: true) => void }): void {
  store.setState(store.getInitialState(), true)
}
