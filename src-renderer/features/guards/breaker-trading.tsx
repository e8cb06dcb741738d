import { Button, Select } from '@mantine/core'
import { useState } from 'react'

import type { TradingStateView } from '../../../src-preload/contract/breakers'
import { haltTrading, reduceTrading, resumeTrading } from '../../stores/guards'
import { countdown, dayAndTimeInZone, exactly, roughly } from '../../ui/format/time'
import { Panel } from '../../ui/panel'
import { Tag, type TagTone } from '../../ui/tag'
import { useNow } from '../../ui/use-now'
import { Happened } from '../../ui/values'
import { breakerName } from '../../ui/words/breakers'
import { TRADING_REASON_WORDS, TRADING_STATE_WORDS } from '../../ui/words/trading-state'
import { WithReason } from '../../ui/with-reason'
import { BreakerRule } from './breaker-rule'

const TONES: Readonly<Record<TradingStateView['state'], TagTone>> = { active: 'good', reducing: 'attention', halted: 'bad' }
const MINUTE = 60_000
const NEVER = 'never'

/** Whether orders may leave: active, reducing or halted; what breakers and people may tighten, and only people with authority loosen. */
export function BreakerTrading({ trading }: { readonly trading: TradingStateView }) {
  const { state, reducing, systemHalt } = trading
  const { name, means } = TRADING_STATE_WORDS[state]
  return (
    <Panel className="hf-trading" title="Trading state" aside={<Tag tone={TONES[state]}>{name}</Tag>}>
      <p role="status">
        {state === 'active' ? 'Trading is active.' : <Story trading={trading} />} {means}
      </p>
      {systemHalt && <Ending trading={trading} />}
      <p className="hf-dim hf-small">{sayRule(trading.rule)}</p>
      <div className="hf-breaker__acts">
        {systemHalt && (
          <WithReason
            open="Lift the halt…"
            means="Lets orders leave again, as far as the kill switch and the breakers let them. A small window asks for authority. Breakers that are open now do not halt again by themselves."
            action="Lift the halt"
            act={(reason) => resumeTrading('halt', reason)}
          />
        )}
        {reducing.length > 0 && (
          <WithReason
            open="Leave reducing…"
            means="Lets orders that add risk leave again. A small window asks for authority."
            action="Allow new risk"
            act={(reason) => resumeTrading('reducing', reason)}
          />
        )}
        {reducing.length === 0 && (
          <WithReason
            open="Reduce…"
            means="From now on only sales of what you hold, for dollars, leave this machine. Canceling works."
            action="Only reduce"
            act={reduceTrading}
          />
        )}
        {!systemHalt && <HaltTrading />}
        <ChangeRule rule={trading.rule} />
      </div>
    </Panel>
  )
}

function Story({ trading: { state, reason, by, sinceMs, figures, reducing } }: { readonly trading: TradingStateView }) {
  const why = reason === null ? '' : ` ${TRADING_REASON_WORDS[reason]}`
  const open = figures['breakers'] ?? null
  const names =
    open === null
      ? ''
      : ` (${open
          .split(', ')
          .map((id) => breakerName(id) ?? id)
          .join(', ')})`
  const said = reason === 'person' && figures['reason'] !== undefined ? `: ${figures['reason']}` : ''
  return (
    <>
      <strong>
        Trading is {state === 'halted' ? 'halted' : 'reducing'}
        {why}
        {names}
      </strong>
      {by !== null && by !== 'system' && ` by ${by}`}
      {sinceMs !== null && (
        <>
          {' '}
          since <time title={exactly(sinceMs)}>{dayAndTimeInZone(sinceMs)}</time> (<Happened atMs={sinceMs} />)
        </>
      )}
      {said}.{state === 'halted' && reducing.length > 0 && ' Afterwards it is still reducing.'}
    </>
  )
}

/** How the system-wide halt ends. */
function Ending({ trading: { recoverAfterMs, recoversAtMs } }: { readonly trading: TradingStateView }) {
  const nowMs = useNow()
  if (recoverAfterMs === null) return <p>Only a person with authority ends the halt.</p>
  return (
    <p>
      {recoversAtMs === null ? (
        `The halt ends by itself after ${roughly(recoverAfterMs)} without an open breaker. One is open, isolated, or the kill switch is not armed.`
      ) : (
        <>
          The halt ends by itself in <strong className="hf-num">{countdown(recoversAtMs - nowMs)}</strong> if no breaker opens.
        </>
      )}
    </p>
  )
}

function sayRule({ signerAlone, openAtLeast, recoverAfterMs }: TradingStateView['rule']): string {
  const open =
    openAtLeast === 1 ? 'One open breaker halts' : `${openAtLeast} open breakers${signerAlone ? ', or the signer breaker alone,' : ''} halt`
  return `${open} all trading. ${recoverAfterMs === null ? 'Only a person ends that.' : `That ends by itself after ${roughly(recoverAfterMs)} of quiet.`}`
}

/** A halt by hand that can be made to end by itself; the kill switch stays the kill switch. */
function HaltTrading() {
  const [after, setAfter] = useState(NEVER)
  return (
    <WithReason
      open="Halt trading…"
      means="No order of this environment leaves this machine. Unlike the kill switch it can end by itself; it covers no other environment."
      action="Halt trading"
      stops
      act={(reason) => haltTrading(reason, after === NEVER ? null : Number(after))}
    >
      <Select
        label="Ends"
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        data={ENDINGS}
        value={after}
        onChange={(value) => setAfter(value ?? NEVER)}
      />
    </WithReason>
  )
}

/** When a halt ends by itself. */
const ENDINGS = [
  { value: NEVER, label: 'when a person lifts it' },
  ...[15, 30, 60, 240, 1_440].map((minutes) => ({
    value: String(minutes * MINUTE),
    label: `after ${roughly(minutes * MINUTE)} without an open breaker`,
  })),
]

function ChangeRule({ rule }: { readonly rule: TradingStateView['rule'] }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="compact-sm" variant="subtle" onClick={() => setOpen(true)}>
        Change the rule…
      </Button>
      {open && <BreakerRule rule={rule} onClose={() => setOpen(false)} />}
    </>
  )
}
