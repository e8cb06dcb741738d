import './strip.css'

import { useStatus } from '../../stores/status'
import { ENVIRONMENT_WORDS } from '../../ui/words/environment'
import { AlertLight } from './alert-light'
import { BreakerLights } from './breaker-lights'
import { HaltBar } from './halt-bar'
import { HaltButton } from './halt-button'
import { HealthLights } from './health-lights'
import { KillSwitchLight } from './kill-switch-light'
import { StandBar } from './stand-bar'
import { TradingLight } from './trading-light'

/** Am I safe, what is going out, how do I stop it: the same on every screen. */
export function Strip() {
  const status = useStatus((state) => state.status)
  const halted = status !== null && status.killSwitch.state !== 'armed'
  return (
    <>
      <div className={halted ? 'hf-strip hf-strip--halted' : 'hf-strip'}>
        {status !== null && (
          <>
            <span className="hf-strip__environment" title={ENVIRONMENT_WORDS[status.environment].means}>
              {ENVIRONMENT_WORDS[status.environment].name}
            </span>
            <span className="hf-strip__account" title={`Account: ${status.accountLabel}`}>
              {status.accountLabel}
            </span>
            <KillSwitchLight />
            <TradingLight />
            <BreakerLights />
            <AlertLight />
            <HealthLights status={status} />
          </>
        )}
        <HaltButton />
      </div>
      <HaltBar />
      <StandBar />
    </>
  )
}
