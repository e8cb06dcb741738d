import './alerts.css'

import { Button, Chip, SegmentedControl, Skeleton } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { useState } from 'react'

import type { AlertView } from '../../../src-preload/contract/alerts'
import type { Problem } from '../../../src-preload/contract/problem'
import { acknowledgeAlerts, refreshAlerts, sendTestAlert, useAlerts } from '../../stores/alerts'
import { known } from '../../stores/remote'
import { Empty } from '../../ui/empty'
import { Notice, SaidNotice } from '../../ui/notice'
import { ScreenHead } from '../../ui/panel'
import { Unread } from '../../ui/unread'
import { SEVERITY_WORDS } from '../../ui/words/audit'
import { sayProblem } from '../../ui/words/problems'
import { AlertCard } from './alert-card'
import { AlertWays } from './alert-ways'
import { SEVERITIES, type Severity } from './severities'

/** What needs somebody, the most urgent first, and how they are told of it. */
export function Alerts() {
  const remote = useAlerts((state) => state.list)
  const [which, setWhich] = useState<'open' | 'all'>('open')
  const [severities, setSeverities] = useState<readonly Severity[]>([])
  const [problem, setProblem] = useState<Problem | null>(null)
  const list = known(remote)
  const shown = (list?.alerts ?? []).filter(
    ({ acknowledged, severity }) =>
      (which === 'all' || acknowledged === null) && (severities.length === 0 || severities.includes(severity)),
  )
  const open = shown.filter(({ acknowledged }) => acknowledged === null)
  const act = (work: Promise<Problem | null>) => {
    void work.then(setProblem)
  }
  return (
    <div className="hf-alerts">
      <ScreenHead title="Alerts">
        <Button variant="default" onClick={() => act(sendTestAlert())}>
          Send a test alert
        </Button>
        <Button variant="default" disabled={open.length === 0} onClick={() => act(acknowledgeAlerts(open.map(({ id }) => id)))}>
          {open.length > 1 ? `Acknowledge all ${open.length} shown` : 'Acknowledge all shown'}
        </Button>
      </ScreenHead>
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshAlerts} />}
      {list !== null && !list.kept && (
        <Notice tone="attention" title="The database does not take alerts now." live="status">
          They are shown here, and would be gone after a restart. Check that the disk has space and can be written.
        </Notice>
      )}
      <div className="hf-alerts__columns">
        <div className="hf-alerts__list">
          <div className="hf-filters" role="search" aria-label="Filter the alerts">
            <SegmentedControl
              size="xs"
              aria-label="Which alerts"
              data={[
                { value: 'open', label: 'Open' },
                { value: 'all', label: 'All' },
              ]}
              value={which}
              onChange={(value) => setWhich(value)}
            />
            <Chip.Group
              multiple
              value={[...severities]}
              onChange={(chosen) => setSeverities(SEVERITIES.filter((each) => chosen.includes(each)))}
            >
              <span className="hf-filters__chips" role="group" aria-label="Severity">
                {SEVERITIES.map((each) => (
                  <Chip key={each} value={each} size="xs">
                    {SEVERITY_WORDS[each]}
                  </Chip>
                ))}
              </span>
            </Chip.Group>
            <span className="hf-dim hf-num hf-filters__total" role="status">
              {list === null ? (remote.kind === 'failed' ? 'not known' : 'reading…') : `${shown.length} shown`}
            </span>
          </div>
          {list === null ? remote.kind !== 'failed' && <Waiting /> : <Cards alerts={shown} isAll={list.alerts.length === 0} act={act} />}
        </div>
        <AlertWays />
      </div>
    </div>
  )
}

function Cards({
  alerts,
  isAll,
  act,
}: {
  readonly alerts: readonly AlertView[]
  readonly isAll: boolean
  readonly act: (work: Promise<Problem | null>) => void
}) {
  if (alerts.length === 0)
    return (
      <Empty icon={<IconBell size={32} />} title={isAll ? 'Nothing to tell' : 'Nothing here'}>
        {isAll
          ? 'Halts, breakers, failed orders and anything that should not be are told here. Send a test alert to see which ways reach you.'
          : 'No alert is open that the filter shows. Choose All for those that were acknowledged.'}
      </Empty>
    )
  return (
    <ul className="hf-alerts__cards" aria-label="Alerts">
      {alerts.map((alert) => (
        <AlertCard key={alert.id} alert={alert} onAcknowledge={() => act(acknowledgeAlerts([alert.id]))} />
      ))}
    </ul>
  )
}

function Waiting() {
  return (
    <div className="hf-alerts__cards" role="status" aria-label="Alerts are loading">
      {[1, 2, 3].map((each) => (
        <Skeleton key={each} h={96} />
      ))}
    </div>
  )
}
