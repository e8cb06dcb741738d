import './limits.css'

import { Skeleton } from '@mantine/core'

import { useLimits } from '../../stores/limits'
import { known } from '../../stores/remote'
import { SaidNotice } from '../../ui/notice'
import { Panel } from '../../ui/panel'
import { sayProblem } from '../../ui/words/problems'
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
      {remote.kind === 'failed' && <SaidNotice said={sayProblem(remote.problem)} />}
      <Panel
        title="Limits"
        aside={
          limits !== null && (
            <TuneButton label="Change limits…" form={(close) => <TuneLimits settings={limits.settings} onClose={close} />} />
          )
        }
      >
        {limits === null ? <Skeleton h={260} /> : <LimitBars view={limits} />}
      </Panel>
      <Panel title="Loss of the day">{limits === null ? <Skeleton h={260} /> : <LossOfDay view={limits} />}</Panel>
      <Panel
        title="Unusual activity"
        aside={patterns !== null && <TuneButton label="Tune…" form={(close) => <TunePatterns view={patterns} onClose={close} />} />}
      >
        {remotePatterns.kind === 'failed' && <SaidNotice said={sayProblem(remotePatterns.problem)} />}
        {patterns === null ? <Skeleton h={260} /> : <Patterns view={patterns} />}
      </Panel>
    </section>
  )
}
