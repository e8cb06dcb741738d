import './incidents.css'

import { Button, Skeleton } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconTimelineEvent } from '@tabler/icons-react'
import { useEffect } from 'react'

import type { IncidentView } from '../../../src-preload/contract/incidents'
import { refreshIncidents, startIncidents, useIncidents } from '../../stores/incidents'
import { go, hrefOf } from '../../stores/navigation'
import { known } from '../../stores/remote'
import { Empty } from '../../ui/empty'
import { roughly } from '../../ui/format/time'
import { Panel, ScreenHead } from '../../ui/panel'
import { Tag } from '../../ui/tag'
import { Unread } from '../../ui/unread'
import { useNow } from '../../ui/use-now'
import { When } from '../../ui/values'
import { HALT_SOURCE_WORDS } from '../../ui/words/halts'
import { triggerName } from '../../ui/words/watch'
import { spellRecordCodes } from '../../ui/words/record-codes'
import { Drills } from './drills'
import { HaltChoice } from './halt-choice'
import { IncidentStory } from './incident-story'

/** Every halt with what happened in it, and drills. */
export function Incidents({ selected }: { readonly selected: string | null }) {
  const remote = useIncidents((state) => state.list)
  const narrow = useMediaQuery('(max-width: 1100px)')
  useEffect(startIncidents, [])
  const list = known(remote)
  if (selected !== null && narrow)
    return (
      <div>
        <Button variant="subtle" onClick={() => go('incidents')}>
          Back to the list
        </Button>
        <IncidentStory id={selected} />
      </div>
    )
  return (
    <div className={selected === null ? 'hf-incidents' : 'hf-incidents hf-incidents--split'}>
      <div className="hf-incidents__list">
        <ScreenHead
          title="Incidents"
          about="Every halt: what happened, when, by whom, what was out, what was canceled, what was verified."
        />
        {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshIncidents} />}
        <Panel title="Halts">
          {list === null ? (
            remote.kind === 'failed' ? (
              <p className="hf-dim">Not known.</p>
            ) : (
              <Skeleton h={120} />
            )
          ) : list.length === 0 ? (
            <Empty icon={<IconTimelineEvent size={32} />} title="Trading was never halted here">
              Each halt appears here with its timeline and a report to keep. Rehearse one with a drill.
            </Empty>
          ) : (
            <IncidentTable list={list} selected={selected} />
          )}
        </Panel>
        <HaltChoice />
        <Drills />
      </div>
      {selected !== null && (
        <aside className="hf-incidents__story" aria-label="Halt" tabIndex={0}>
          <IncidentStory id={selected} />
        </aside>
      )}
    </div>
  )
}

function IncidentTable({ list, selected }: { readonly list: readonly IncidentView[]; readonly selected: string | null }) {
  const nowMs = useNow()
  return (
    <div className="hf-table__scroll">
      <table className="hf-table">
        <thead>
          <tr>
            <th>Halted</th>
            <th>By</th>
            <th>Why</th>
            <th className="hf-right">Lasted</th>
          </tr>
        </thead>
        <tbody>
          {list.map(({ id, sinceMs, untilMs, source, by, reason }) => (
            <tr key={id} aria-selected={id === selected} onClick={() => go('incidents', id)}>
              <td>
                <a className="hf-link" href={hrefOf('incidents', id)}>
                  <When atMs={sinceMs} />
                </a>
              </td>
              <td>
                {source === 'automatic' ? triggerName(by) : by}
                {source !== null && <div className="hf-dim">{HALT_SOURCE_WORDS[source]}</div>}
              </td>
              <td>{spellRecordCodes(reason)}</td>
              <td className="hf-right hf-num">
                {untilMs === null ? <Tag tone="bad">Still halted</Tag> : roughly(untilMs - sinceMs)}
                {untilMs === null && <div className="hf-dim">{roughly(Math.max(0, nowMs - sinceMs))}</div>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
