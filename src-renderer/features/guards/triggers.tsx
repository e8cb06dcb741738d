import { Button, Skeleton } from '@mantine/core'
import { useEffect, useState } from 'react'

import type { WatchSettingsView, WatchView } from '../../../src-preload/contract/watch'
import { known } from '../../stores/remote'
import { refreshWatch, useWatch } from '../../stores/watch'
import { formatAmount } from '../../ui/format/amount'
import { Notice } from '../../ui/notice'
import { Panel } from '../../ui/panel'
import { Tag } from '../../ui/tag'
import { Unread } from '../../ui/unread'
import { When } from '../../ui/values'
import { spellRecordCodes } from '../../ui/words/record-codes'
import { TRIGGER_WORDS } from '../../ui/words/watch'
import { TriggerSettings } from './trigger-settings'

const POLL_MS = 15_000

type Trigger = WatchView['findings'][number]['trigger']

/** When trading halts by itself: what each trigger is set to, and what it finds now. */
export function Triggers() {
  const remote = useWatch((state) => state.watch)
  const [editing, setEditing] = useState(false)
  useEffect(() => {
    void refreshWatch()
    const timer = setInterval(() => void refreshWatch(), POLL_MS)
    return () => {
      clearInterval(timer)
    }
  }, [])
  const watch = known(remote)
  return (
    <Panel
      className="hf-guards__tall"
      title="Halts by itself"
      aside={
        watch !== null && (
          <Button size="compact-sm" variant="default" onClick={() => setEditing(true)}>
            Change…
          </Button>
        )
      }
    >
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshWatch} />}
      {watch === null ? (
        remote.kind !== 'failed' && <Skeleton h={160} />
      ) : (
        <>
          <ul className="hf-triggers">
            {rowsOf(watch).map(({ trigger, on, rule, now }) => (
              <Row key={trigger} trigger={trigger} on={on} rule={rule} now={now} findings={watch.findings} />
            ))}
          </ul>
          {watch.blind.map((account) => (
            <Notice key={account} tone="attention" title="An account is not wholly watched.">
              {account}
            </Notice>
          ))}
          {editing && <TriggerSettings settings={watch.settings} onClose={() => setEditing(false)} />}
        </>
      )}
    </Panel>
  )
}

interface RowProps {
  readonly trigger: Trigger
  readonly on: boolean
  readonly rule: string
  readonly now?: React.ReactNode
  readonly findings: WatchView['findings']
}

function Row({ trigger, on, rule, now, findings }: RowProps) {
  const found = findings.filter((each) => each.trigger === trigger)
  return (
    <li>
      <strong>{TRIGGER_WORDS[trigger]}</strong>
      {found.length > 0 ? <Tag tone="bad">Found</Tag> : on ? <Tag tone="good">Watching</Tag> : <Tag tone="ended">Off</Tag>}
      <div>
        {on ? rule : <span className="hf-dim">{rule}</span>}
        {now !== undefined && <span className="hf-dim"> {now}</span>}
        {found.map(({ reason }) => (
          <div key={reason} className="hf-danger">
            {spellRecordCodes(reason)}
          </div>
        ))}
      </div>
    </li>
  )
}

/** A line for each trigger: whether it is on, and when it halts. */
function rowsOf({ settings, presence, freeMb }: WatchView): readonly Omit<RowProps, 'findings'>[] {
  const s: WatchSettingsView = settings
  return [
    { trigger: 'breakers', on: s.breakersOn, rule: `${s.breakersCount} breakers open at once.` },
    { trigger: 'signer-breaker', on: s.signerBreakerOn, rule: 'The signer breaker opens.' },
    { trigger: 'audit-chain', on: true, rule: `The record is broken or takes no entries; checked whole every ${s.verifyEveryMin} min.` },
    { trigger: 'clock-jump', on: s.clockOn, rule: `The clock jumps by more than ${s.clockOverSec} s.` },
    {
      trigger: 'disk-full',
      on: true,
      rule: `Less than ${s.diskBelowMb} MB are free, or a write does not last.`,
      now: freeMb === null ? undefined : `${formatAmount(String(freeMb))} MB are free.`,
    },
    { trigger: 'balance-drop', on: s.balanceOn, rule: `An account loses ${s.balanceDropPct} % within ${s.balanceWithinMin} min.` },
    {
      trigger: 'dead-man',
      on: s.deadManOn,
      rule: `No sign of you for ${s.deadManAfterMin} min; a warning ${s.deadManWarnMin} min before.`,
      now: presence.seenAtMs === null || !s.deadManOn ? undefined : <SeenAt atMs={presence.seenAtMs} />,
    },
  ]
}

function SeenAt({ atMs }: { readonly atMs: number }) {
  return (
    <>
      Last seen <When atMs={atMs} />.
    </>
  )
}
