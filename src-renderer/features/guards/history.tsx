import '../../ui/timeline.css'

import { Button, Skeleton } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

import type { HaltHistory, HaltHistoryLine } from '../../../src-preload/contract/watch'
import { known } from '../../stores/remote'
import { refreshHistory, useWatch } from '../../stores/watch'
import { dayAndTime, exactly } from '../../ui/format/time'
import { Empty } from '../../ui/empty'
import { Notice } from '../../ui/notice'
import { Panel } from '../../ui/panel'
import { Tag, type TagTone } from '../../ui/tag'
import { Unread } from '../../ui/unread'
import { HALT_SOURCE_WORDS } from '../../ui/words/halts'
import { sayRecorded } from '../../ui/words/recorded'
import { HALT_EVENT_WORDS, triggerName } from '../../ui/words/watch'
import { spellRecordCodes } from '../../ui/words/record-codes'

type Entry = Extract<HaltHistoryLine, { kind: 'entry' }>

const FIRST_SHOWN = 6
const TONES: Readonly<Record<Entry['event'], TagTone>> = {
  Halted: 'bad',
  FoundHalted: 'bad',
  RecoveryBegun: 'going',
  RecoveryCanceled: 'ended',
  ReleaseRefused: 'attention',
  ReleaseAuthorised: 'going',
  Released: 'good',
  ReleaseFoundComplete: 'good',
  MaintenanceEntered: 'attention',
  MaintenanceLeft: 'ended',
}

/** Every halt and release, newest first: who, when, how, and whether the record of it is whole. */
export function History() {
  const remote = useWatch((state) => state.history)
  const [all, setAll] = useState(false)
  useEffect(() => {
    void refreshHistory()
  }, [])
  const history = known(remote)
  return (
    <Panel title="History of halts" aside={history === null ? undefined : <Integrity history={history} />}>
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshHistory} />}
      {history === null ? (
        remote.kind !== 'failed' && <Skeleton h={160} />
      ) : history.lines.length === 0 ? (
        <Empty icon={<IconHistory size={24} aria-hidden />} title="Nothing was ever halted here">
          Halts and releases stand here, with who, when and why.
        </Empty>
      ) : (
        <>
          {history.problem !== null && (
            <Notice tone="danger" title="The history cannot be read.">
              {history.problem}
            </Notice>
          )}
          <ol className="hf-timeline" aria-label="History of halts, newest first">
            {history.lines.slice(0, all ? undefined : FIRST_SHOWN).map((line) => (
              <Line key={line.kind === 'entry' ? `e${line.seq}` : `l${line.lineNumber}`} line={line} />
            ))}
          </ol>
          {history.lines.length > FIRST_SHOWN && (
            <Button size="compact-sm" variant="default" onClick={() => setAll(!all)}>
              {all
                ? 'Show the newest'
                : history.lines.length === history.total
                  ? `Show all ${history.total}`
                  : `Show ${history.lines.length} of ${history.total}`}
            </Button>
          )}
        </>
      )}
    </Panel>
  )
}

function Integrity({ history: { intact, total } }: { readonly history: HaltHistory }) {
  if (total === 0 && intact) return null
  return intact ? (
    <Tag tone="good" title="Every line fits the one before it.">
      Intact
    </Tag>
  ) : (
    <Tag tone="bad" title="A line is damaged, missing or was changed. The audit log holds what happened as well.">
      Broken
    </Tag>
  )
}

function Line({ line }: { readonly line: HaltHistoryLine }) {
  if (line.kind === 'bad')
    return (
      <li className="hf-timeline__item hf-timeline__item--bad">
        <i className="hf-timeline__dot" aria-hidden />
        <div className="hf-timeline__head">
          <strong>Line {line.lineNumber} cannot be read</strong>
        </div>
        <div className="hf-timeline__body">
          {line.why}: <span className="hf-mono">{line.text}</span>
        </div>
      </li>
    )
  const { event, atMs, source, by, reason, environment, scope, details, linked } = line
  return (
    <li className={`hf-timeline__item hf-timeline__item--${TONES[event]}`}>
      <i className="hf-timeline__dot" aria-hidden />
      <div className="hf-timeline__head">
        <strong>
          {HALT_EVENT_WORDS[event]}
          {event === 'Halted' && source !== null && ` by ${HALT_SOURCE_WORDS[source]}`}
        </strong>
        <time className="hf-timeline__when hf-num" dateTime={new Date(atMs).toISOString()} title={exactly(atMs)}>
          {dayAndTime(atMs)}
        </time>
      </div>
      <div className="hf-timeline__body">
        {by !== '' && <span>{source === 'automatic' ? triggerName(by) : by}</span>}
        {reason !== '' && <span>: {spellRecordCodes(reason)}</span>}
        <div className="hf-dim hf-small">
          {[
            scope === 'machine' ? 'this machine' : environment,
            ...details.filter(({ value }) => value !== '').map(({ name, value }) => sayRecorded({ [name]: value })),
          ].join(' · ')}
        </div>
        {!linked && <div className="hf-danger">It does not fit the line before it: something is missing or was changed.</div>}
      </div>
    </li>
  )
}
