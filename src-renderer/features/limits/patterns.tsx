import { Button } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useState } from 'react'

import type { PatternAlarmView, PatternsView } from '../../../src-preload/contract/patterns'
import type { Problem } from '../../../src-preload/contract/problem'
import { acknowledgeAlarm } from '../../stores/limits'
import { hrefOf } from '../../stores/navigation'
import { Empty } from '../../ui/empty'
import { When } from '../../ui/values'
import { PATTERN_WORDS, sayPattern } from '../../ui/words/patterns'
import { sayProblem } from '../../ui/words/problems'

const SHOWN = 6

/** What was unusual lately, why, and a person's word on it. */
export function Patterns({ view: { alarms, history } }: { readonly view: PatternsView }) {
  const [all, setAll] = useState(false)
  const shown = all ? alarms : alarms.slice(0, SHOWN)
  const learning = history.filter(({ speaks }) => !speaks)
  return (
    <div className="hf-limits__patterns">
      {alarms.length === 0 ? (
        <Empty icon={<IconFingerprint size={28} stroke={1.5} aria-hidden />} title="Nothing unusual in the last 30 days">
          Each order and signature is compared with what the same account did before. The more it has done, the more this can tell.
        </Empty>
      ) : (
        <ul className="hf-limits__alarms" aria-label="Alarms, newest first">
          {shown.map((alarm) => (
            <Alarm key={alarm.alarmId} alarm={alarm} />
          ))}
        </ul>
      )}
      {alarms.length > SHOWN && (
        <Button size="compact-sm" variant="subtle" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${alarms.length}`}
        </Button>
      )}
      {learning.map(({ account, orders }) => (
        <p key={account} className="hf-dim hf-small">
          {account}: {orders} orders so far. It takes 20 on 5 days before anything can be called unusual.
        </p>
      ))}
    </div>
  )
}

function Alarm({ alarm }: { readonly alarm: PatternAlarmView }) {
  const [problem, setProblem] = useState<Problem | null>(null)
  const [asking, setAsking] = useState(false)
  const { kind, atMs, account, orderId, acknowledged } = alarm
  const own = async () => {
    setAsking(true)
    setProblem(await acknowledgeAlarm(alarm.alarmId))
    setAsking(false)
  }
  return (
    <li className={acknowledged === null ? 'hf-limits__alarm hf-limits__alarm--open' : 'hf-limits__alarm'}>
      <div>
        <strong>{PATTERN_WORDS[kind].name}</strong>{' '}
        <span className="hf-dim hf-small">
          {account} · <When atMs={atMs} /> · <a href={hrefOf('orders', orderId)}>order</a>
        </span>
      </div>
      <p>{sayPattern(alarm)}</p>
      {acknowledged === null ? (
        <Button size="compact-sm" variant="default" loading={asking} onClick={() => void own()}>
          This was me
        </Button>
      ) : (
        <p className="hf-dim hf-small">
          {acknowledged.by} said: this was me, <When atMs={acknowledged.atMs} />.
        </p>
      )}
      {problem !== null && <p className="hf-danger">{sayProblem(problem).what}</p>}
    </li>
  )
}
