import './limits.css'

import { Skeleton } from '@mantine/core'

import { refreshLimits, useLimits } from '../../stores/limits'
import { known } from '../../stores/remote'
import { Panel } from '../../ui/panel'
import { Unread } from '../../ui/unread'
import { LimitBars } from './limit-bars'
import { LossOfDay } from './loss-of-day'
import { Patterns } from './patterns'
import { TuneButton } from './tune-button'
import { TuneLimits } from './tune-limits'
import { TunePatterns } from './tune-patterns'

/** What is used of the limits, what the day has cost, and what was unusual. */
export function Limits() {
  const remote = useLimits((state) => state.limits)
  const remotePatterns = useLimits((state) => state.patterns)
  const limits = known(remote)
  const patterns = known(remotePatterns)
  return (
    <section className="hf-limits" aria-label="Limits and patterns">
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshLimits} />}
      <Panel
        title="Limits"
        aside={
          limits !== null && (
            <TuneButton label="Change limits…" form={(close) => <TuneLimits settings={limits.settings} onClose={close} />} />
          )
        }
      >
        {limits === null ? <NotHere failed={remote.kind === 'failed'} /> : <LimitBars view={limits} />}
      </Panel>
      <Panel title="Loss of the day">{limits === null ? <NotHere failed={remote.kind === 'failed'} /> : <LossOfDay view={limits} />}</Panel>
      <Panel
        title="Unusual activity"
        aside={patterns !== null && <TuneButton label="Tune…" form={(close) => <TunePatterns view={patterns} onClose={close} />} />}
      >
        {remotePatterns.kind === 'failed' && <Unread problem={remotePatterns.problem} again={refreshLimits} />}
        {patterns === null ? remotePatterns.kind !== 'failed' && <Skeleton h={260} /> : <Patterns view={patterns} />}
      </Panel>
    </section>
  )
}

/** Still being read, or not known; nothing is never shown as no limit. */
function NotHere({ failed }: { readonly failed: boolean }) {
  return failed ? <p className="hf-dim">Not known. The limits count all the same.</p> : <Skeleton h={260} />
}
