import './guards.css'
import './watch.css'

import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'

import { refreshGuards, useGuards } from '../../stores/guards'
import { known } from '../../stores/remote'
import { Panel, ScreenHead } from '../../ui/panel'
import { Unread } from '../../ui/unread'
import { BREAKER_ORDER } from '../../ui/words/breakers'
import { BreakerCard } from './breaker-card'
import { BreakerDay } from './breaker-day'
import { BreakerTrading } from './breaker-trading'
import { History } from './history'
import { KillSwitch } from './kill-switch'
import { Maintenance } from './maintenance'
import { Release } from './release'
import { Verified } from './release-stages'
import { Triggers } from './triggers'

/** The kill switch with its way back, and the seven breakers. */
export function Guards({ limits }: { readonly limits: ReactNode }) {
  const remote = useGuards((state) => state.guards)
  const guards = known(remote)
  const verification = useGuards((state) => state.verification)
  return (
    <div className="hf-guards">
      <ScreenHead title="Guards" />
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshGuards} />}
      {guards === null ? (
        remote.kind !== 'failed' && <Skeleton h={220} />
      ) : (
        <div className="hf-guards__top">
          <Panel title="Kill switch">
            <KillSwitch view={guards.killSwitch} />
            {guards.killSwitch.state === 'armed' && verification.length > 0 && <Verified items={verification} />}
          </Panel>
          {(guards.killSwitch.state === 'triggered' || guards.killSwitch.state === 'recovery-pending') && (
            <Release state={guards.killSwitch.state} />
          )}
          {guards.killSwitch.state === 'maintenance' ? (
            <div className="hf-guards__stack">
              <Maintenance state="maintenance" />
              <BreakerTrading trading={guards.trading} />
            </div>
          ) : (
            <BreakerTrading trading={guards.trading} />
          )}
        </div>
      )}
      {(guards !== null || remote.kind !== 'failed') && (
        <section className="hf-guards__breakers" aria-label="Breakers">
          {BREAKER_ORDER.map((id) => {
            const breaker = guards?.breakers.find((each) => each.id === id)
            return breaker === undefined ? <Skeleton key={id} h={220} /> : <BreakerCard key={id} breaker={breaker} />
          })}
        </section>
      )}
      {guards !== null && <BreakerDay breakers={guards.breakers} />}
      {limits}
      <div className="hf-guards__top">
        <Triggers />
        {guards !== null && guards.killSwitch.state !== 'maintenance' && <Maintenance state={guards.killSwitch.state} />}
        <History />
      </div>
    </div>
  )
}
