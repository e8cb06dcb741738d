import { Skeleton, Switch } from '@mantine/core'
import { useState } from 'react'

import type { AlertSettingsView } from '../../../src-preload/contract/alerts'
import type { Problem } from '../../../src-preload/contract/problem'
import { refreshAlertSettings, setAlertSeverities, setAlertSound, useAlerts } from '../../stores/alerts'
import { known } from '../../stores/remote'
import { SaidNotice } from '../../ui/notice'
import { Panel } from '../../ui/panel'
import { Unread } from '../../ui/unread'
import { sayProblem } from '../../ui/words/problems'
import { SeverityBoxes, type Act } from './severity-boxes'
import { Webhook } from './webhook'

/** How people are told: in this window always, by the desktop, by a tone, by a webhook. */
export function AlertWays() {
  const remote = useAlerts((state) => state.settings)
  const [problem, setProblem] = useState<Problem | null>(null)
  const settings = known(remote)
  const act: Act = (work) => {
    void work.then((outcome) => setProblem(outcome?.code === 'CANCELED_BY_USER' ? null : outcome))
  }
  return (
    <div className="hf-alerts__ways">
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshAlertSettings} />}
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
      {settings === null ? (
        remote.kind !== 'failed' && <Skeleton h={320} />
      ) : (
        <>
          <OnThisMachine settings={settings} act={act} />
          <Webhook webhook={settings.webhook} act={act} />
        </>
      )}
    </div>
  )
}

function OnThisMachine({ settings: { sound, desktop }, act }: { readonly settings: AlertSettingsView; readonly act: Act }) {
  return (
    <Panel title="On this machine">
      <div className="hf-alerts__form">
        <p className="hf-dim">Everything is told here and by the light at the top. That cannot be switched off.</p>
        <Switch
          label="A tone for critical alerts"
          description="What you see stays when it is off."
          checked={sound}
          onChange={(event) => act(setAlertSound(event.currentTarget.checked))}
        />
        <SeverityBoxes
          label="Notifications of the desktop"
          chosen={desktop}
          onChange={(chosen) => act(setAlertSeverities('desktop', chosen))}
        >
          Fewer than now needs a recovery key.
        </SeverityBoxes>
      </div>
    </Panel>
  )
}
