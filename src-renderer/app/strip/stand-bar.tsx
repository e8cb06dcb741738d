import { Button } from '@mantine/core'

import type { StandView } from '../../../src-preload/contract/watch'
import { useStatus } from '../../stores/status'
import { hereIAm, useWatch } from '../../stores/watch'
import { countdown, dayAndTimeInZone, exactly } from '../../ui/format/time'
import { useNow } from '../../ui/use-now'
import { sayLeftOut } from '../../ui/words/halts'
import { PURPOSE_WORDS } from '../../ui/words/watch'

/** What the person must know on every screen: the dead-man switch counting down, maintenance, and what is out elsewhere. Nothing while none is so. */
export function StandBar() {
  return (
    <>
      <Stand />
      <Elsewhere />
    </>
  )
}

/** While trading is halted the halt bar says it. */
function Elsewhere() {
  const state = useStatus(({ status }) => status?.killSwitch.state ?? null)
  const left = useStatus(({ status }) => status?.leftElsewhere) ?? []
  if (state !== 'armed' || left.length === 0) return null
  return (
    <section className="hf-stand-bar" aria-label="Left out elsewhere">
      <div>
        {left.map((each) => (
          <div key={each.environment}>{sayLeftOut(each)}</div>
        ))}
      </div>
    </section>
  )
}

function Stand() {
  const stand = useWatch((state) => state.stand)
  const state = useStatus(({ status }) => status?.killSwitch.state ?? null)
  if (stand === null || state === null) return null
  if (stand.maintenance !== null) return <Maintenance maintenance={stand.maintenance} />
  return state === 'armed' && stand.presence.state === 'warning' ? <Missing presence={stand.presence} /> : null
}

function Missing({ presence: { haltsAtMs } }: Pick<StandView, 'presence'>) {
  const nowMs = useNow()
  if (haltsAtMs === null) return null
  return (
    <section className="hf-stand-bar" aria-label="Dead-man switch">
      <div>
        <strong role="alert">Are you there?</strong>{' '}
        <span title={exactly(haltsAtMs)}>
          Trading halts in <strong className="hf-num">{countdown(haltsAtMs - nowMs)}</strong> without a sign of you.
        </span>{' '}
        Any key or click counts.
      </div>
      <Button size="compact-sm" variant="default" onClick={() => void hereIAm()}>
        I am here
      </Button>
    </section>
  )
}

function Maintenance({ maintenance: { purpose, by, reason, sinceMs } }: { readonly maintenance: NonNullable<StandView['maintenance']> }) {
  return (
    <section className="hf-stand-bar" aria-label="Maintenance">
      <div>
        <strong>Maintenance for {PURPOSE_WORDS[purpose]}</strong> since <time title={exactly(sinceMs)}>{dayAndTimeInZone(sinceMs)}</time> by{' '}
        {by}: {reason}. Trading stays halted until somebody ends it; everything else works.
      </div>
    </section>
  )
}
