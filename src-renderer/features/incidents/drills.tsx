import { Button, Skeleton } from '@mantine/core'
import { useState } from 'react'

import type { DrillView } from '../../../src-preload/contract/incidents'
import type { Problem } from '../../../src-preload/contract/problem'
import { refreshIncidents, startDrill, useIncidents } from '../../stores/incidents'
import { known } from '../../stores/remote'
import { useStatus } from '../../stores/status'
import { took } from '../../ui/format/time'
import { SaidNotice } from '../../ui/notice'
import { Panel } from '../../ui/panel'
import { Tag } from '../../ui/tag'
import { Unread } from '../../ui/unread'
import { When } from '../../ui/values'
import { DRILL_RESULT_WORDS, DRILL_WORDS, MEASURE_WORDS, sayDrillNote } from '../../ui/words/drills'
import { sayProblem } from '../../ui/words/problems'

const KINDS = Object.keys(DRILL_WORDS) as readonly DrillView['kind'][]

/** Rehearsals in paper: what can be rehearsed, and how it went against the times that it should keep. */
export function Drills() {
  const remote = useIncidents((state) => state.drills)
  const paper = useStatus(({ status }) => status?.environment === 'paper')
  const [problem, setProblem] = useState<Problem | null>(null)
  const drills = known(remote)
  const running = drills?.some(({ result }) => result === 'running') === true
  return (
    <Panel title="Drills">
      <p className="hf-dim">
        {paper
          ? 'A drill does the real thing on the paper exchange and takes the time of it. It leaves a real halt behind, for you to release.'
          : 'Drills are held in paper alone, where nothing can be lost. Switch to paper in Settings.'}
      </p>
      <ul className="hf-drills__kinds">
        {KINDS.map((kind) => (
          <li key={kind}>
            <Button variant="default" disabled={!paper || running} onClick={() => void startDrill(kind).then(setProblem)}>
              Drill: {DRILL_WORDS[kind].name.toLowerCase()}
            </Button>
            <span className="hf-dim">{DRILL_WORDS[kind].means}</span>
          </li>
        ))}
      </ul>
      {problem !== null && <SaidNotice said={sayProblem(problem)} tone="attention" />}
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshIncidents} />}
      {drills === null ? (
        remote.kind !== 'failed' && <Skeleton h={60} />
      ) : (
        <ul className="hf-drills__reports" aria-label="Reports of drills">
          {drills.map((drill) => (
            <Report key={drill.drillId} drill={drill} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Report({ drill: { kind, by, startedAtMs, result, measures, chain, notes } }: { readonly drill: DrillView }) {
  const stands = DRILL_RESULT_WORDS[result]
  return (
    <li>
      <div className="hf-drills__head">
        <strong>{DRILL_WORDS[kind].name}</strong>
        <Tag tone={stands.tone}>{stands.name}</Tag>
        <span className="hf-dim">
          <When atMs={startedAtMs} /> by {by}
        </span>
      </div>
      {measures.length > 0 && (
        <dl className="hf-drills__times">
          {measures.map(({ name, tookMs, targetMs }) => (
            <div key={name}>
              <dt className="hf-dim">{MEASURE_WORDS[name]}</dt>
              <dd className="hf-num">
                {tookMs === null ? (name === 'recovered' ? 'waits for you' : 'not reached') : took(tookMs)}
                {targetMs !== null && <span className="hf-dim"> of {took(targetMs)}</span>}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {chain !== null && (
        <p className="hf-dim">
          {chain.canceled} of {chain.waiting} transactions that waited on the chain of the drill were canceled.
        </p>
      )}
      {notes.map((note) => (
        <p key={note}>{sayDrillNote(note)}</p>
      ))}
    </li>
  )
}
