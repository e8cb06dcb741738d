import { startAlerts, useAlerts } from './alerts'
import { startAudit, useAudit } from './audit'
import { startGuards } from './guards'
import { startHalt } from './halt'
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
  const stops = [startNavigation(), startStatus(), startGuards(), startWatch(), startHalt()]
  void refreshSettings()
  return () => {
    for (const stop of stops) stop()
  }
}

/** What needs an open environment. What was known of another one is forgotten. */
export function startTrading(): () => void {
  forget(useMarket)
  forget(useOrders)
  forget(useSigners)
  forget(useAudit)
  forget(useAlerts)
  forget(useLimits)
  // Set-up changes them, and each environment has its own.
  forget(useSettings)
  void refreshSettings()
  resetTicket()
  const stops = [startMarket(), startOrders(), startSigners(), startAudit(), startAlerts(), startLimits(), startTicket()]
  return () => {
    for (const stop of stops) stop()
  }
}

function forget<State>(store: { getInitialState: () => State; setState: (state: State, replace: true) => void }): void {
  store.setState(store.getInitialState(), true)
}
