import './settings.css'

import { Skeleton } from '@mantine/core'
import { useEffect } from 'react'

import { known } from '../../stores/remote'
import { refreshSettings, refreshSurroundings, useSettings } from '../../stores/settings'
import { ScreenHead } from '../../ui/panel'
import { Unread } from '../../ui/unread'
import { About } from './about'
import { ChainSettings } from './chain-settings'
import { EnvironmentSettings } from './environment-settings'
import { LocalInterface } from './local-interface'
import { PeopleLink } from './people-link'
import { PolicyLink } from './policy-link'
import { ReadinessLink } from './readiness-link'
import { SecretsLink } from './secrets-link'
import { TradingSettings } from './trading-settings'

/** Limits, environment, chain and policy. */
export function Settings() {
  const remote = useSettings((state) => state.settings)
  useEffect(() => {
    void refreshSurroundings()
  }, [])
  const settings = known(remote)
  return (
    <div className="hf-settings">
      <ScreenHead title="Settings" />
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshSettings} />}
      <div className="hf-settings__columns">
        <div>
          {settings === null ? remote.kind !== 'failed' && <Skeleton h={360} /> : <TradingSettings settings={settings} />}
          <PeopleLink />
          <ReadinessLink />
          <About />
        </div>
        <div>
          <EnvironmentSettings />
          <ChainSettings />
          <LocalInterface />
          <PolicyLink />
          <SecretsLink />
        </div>
      </div>
    </div>
  )
}
