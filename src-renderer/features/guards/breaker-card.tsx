import { Button } from '@mantine/core'
import { useState } from 'react'

import type { BreakerStatusView } from '../../../src-preload/contract/breakers'
import { closeBreaker, isolate, useGuards } from '../../stores/guards'
import { known } from '../../stores/remote'
import { formatPct, share } from '../../ui/format/amount'
import { countdown, exactly, relative, roughly } from '../../ui/format/time'
import { Spark } from '../../ui/ribbon'
import { Meter, Tag, type TagTone } from '../../ui/tag'
import { useNow } from '../../ui/use-now'
import { spellOut } from '../../ui/words/audit'
import { BREAKER_CAUSE_WORDS, BREAKER_HISTORY_WORDS, BREAKER_STATE_WORDS, BREAKER_WORDS } from '../../ui/words/breakers'
import { WithReason } from '../../ui/with-reason'
import { BreakerTune } from './breaker-tune'

const TONES: Readonly<Record<BreakerStatusView['state'], TagTone>> = {
  closed: 'good',
  open: 'bad',
  'half-open': 'attention',
  isolated: 'bad',
}
const HISTORY_SHOWN = 3

/** One breaker: its state, three counters against their thresholds, the time to half-open, its history. */
export function BreakerCard({ breaker }: { readonly breaker: BreakerStatusView }) {
  const { id, state, limits } = breaker
  const { name, watches } = BREAKER_WORDS[id]
  return (
    <article className={`hf-breaker hf-breaker--${state}`} aria-label={`${name} breaker: ${BREAKER_STATE_WORDS[state].name}`}>
      <header>
        <h2>{name}</h2>
        <Tag tone={TONES[state]} title={BREAKER_STATE_WORDS[state].means}>
          {BREAKER_STATE_WORDS[state].name}
        </Tag>
      </header>
      <p className="hf-dim">{watches}</p>
      <Standing breaker={breaker} />
      {breaker.saveTrouble !== null && (
        <p className="hf-danger" role="alert">
          Its state cannot be written to disk, so it stays shut: {breaker.saveTrouble}
        </p>
      )}
      <Counter
        label={`Failures in ${roughly(limits.windowMs)}`}
        value={String(breaker.failuresInWindow)}
        limit={String(limits.failuresInWindow)}
        share={share(breaker.failuresInWindow, limits.failuresInWindow)}
      />
      <Counter
        label="In a row"
        value={limits.consecutive === null ? 'not judged' : String(breaker.consecutive)}
        limit={limits.consecutive === null ? null : String(limits.consecutive)}
        share={limits.consecutive === null ? null : share(breaker.consecutive, limits.consecutive)}
      />
      <Rate breaker={breaker} />
      <Failures breaker={breaker} />
      <History breaker={breaker} />
      <div className="hf-breaker__acts">
        <ActByHand breaker={breaker} />
        <Tune breaker={breaker} />
      </div>
    </article>
  )
}

function Standing({ breaker: { state, halfOpenAtMs, limits, probing } }: { readonly breaker: BreakerStatusView }) {
  const nowMs = useNow()
  if (state === 'closed') return <p className="hf-breaker__standing hf-dim">If it opens, for {roughly(limits.recoveryMs)}.</p>
  if (state === 'half-open')
    return <p className="hf-breaker__standing">{probing ? 'One order is its probe now.' : 'The next order is its probe.'}</p>
  if (state === 'open' && halfOpenAtMs !== null)
    return (
      <p className="hf-breaker__standing" title={exactly(halfOpenAtMs)}>
        Half-opens in <strong className="hf-num">{countdown(halfOpenAtMs - nowMs)}</strong>
      </p>
    )
  return <p className="hf-breaker__standing">{BREAKER_STATE_WORDS[state].means}</p>
}

interface CounterProps {
  readonly label: string
  readonly value: string
  readonly limit: string | null
  readonly share: number | null
  readonly note?: string
}

function Counter({ label, value, limit, share: part, note }: CounterProps) {
  return (
    <div className="hf-counter" title={note}>
      <span>{label}</span>
      <span className="hf-num">{limit === null ? <span className="hf-dim">{value}</span> : `${value} of ${limit}`}</span>
      {part !== null && <Meter label={label} share={part} full="danger" />}
    </div>
  )
}

function Rate({ breaker: { ratePct, samplesInWindow, limits } }: { readonly breaker: BreakerStatusView }) {
  if (limits.ratePct === null) return <Counter label="Failure rate" value="not judged" limit={null} share={null} />
  if (ratePct === null || samplesInWindow < limits.rateMinSamples)
    return (
      <Counter
        label="Failure rate"
        value={`${samplesInWindow} of ${limits.rateMinSamples} samples`}
        limit={null}
        share={0}
        note="The rate counts once there are enough samples."
      />
    )
  return (
    <Counter
      label="Failure rate"
      value={formatPct(ratePct)}
      limit={formatPct(String(limits.ratePct))}
      share={share(ratePct, limits.ratePct)}
    />
  )
}

/** When its failures were counted, over the day. */
function Failures({ breaker: { id } }: { readonly breaker: BreakerStatusView }) {
  const day = useGuards((state) => known(state.day))
  const timesMs = day?.breakers.find((each) => each.id === id)?.failuresAtMs ?? []
  if (day === null) return <div className="hf-breaker__spark" />
  const { noun } = BREAKER_WORDS[id]
  return (
    <div className="hf-breaker__spark">
      <span className="hf-dim hf-small">{timesMs.length === 0 ? `No ${noun} in 24 h` : `${timesMs.length} ${noun} in 24 h`}</span>
      {timesMs.length > 0 && (
        <Spark label={`${timesMs.length} ${noun} in the last 24 hours`} fromMs={day.fromMs} toMs={day.toMs} timesMs={timesMs} />
      )}
    </div>
  )
}

function Tune({ breaker }: { readonly breaker: BreakerStatusView }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button
        size="compact-sm"
        variant="subtle"
        aria-label={`Tune the ${BREAKER_WORDS[breaker.id].name.toLowerCase()} breaker`}
        onClick={() => setOpen(true)}
      >
        Tune…
      </Button>
      {breaker.tunedFrom !== null && <span className="hf-dim hf-small">Thresholds are your own</span>}
      {open && <BreakerTune breaker={breaker} onClose={() => setOpen(false)} />}
    </>
  )
}

function History({ breaker: { history } }: { readonly breaker: BreakerStatusView }) {
  const nowMs = useNow()
  const [all, setAll] = useState(false)
  if (history.length === 0) return <p className="hf-breaker__history hf-dim hf-small">Nothing has happened to it yet.</p>
  const newest = [...history].reverse().slice(0, all ? history.length : HISTORY_SHOWN)
  return (
    <ul className="hf-breaker__history hf-small" aria-label="History">
      {newest.map(({ atMs, kind, by, detail }, index) => (
        <li key={`${atMs} ${kind} ${history.length - index}`}>
          <span>
            {BREAKER_HISTORY_WORDS[kind] ?? spellOut(kind)}
            {by !== 'system' && ` (${by})`}
            {detail !== '' && <span className="hf-dim">: {sayDetail(detail)}</span>}
          </span>
          <time className="hf-dim hf-num" title={exactly(atMs)}>
            {relative(atMs, nowMs)}
          </time>
        </li>
      ))}
      {history.length > HISTORY_SHOWN && (
        <li>
          <button type="button" className="hf-breaker__more" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Show the latest only' : `Show ${history.length - HISTORY_SHOWN} earlier`}
          </button>
        </li>
      )}
    </ul>
  )
}

/** Why it opened in words, a failure's code spelled out; what a person wrote stays as it is. */
const sayDetail = (detail: string): string =>
  BREAKER_CAUSE_WORDS[detail] ?? (/^[A-Z][A-Z\d_]+$/.test(detail) ? spellOut(detail).toLowerCase() : detail)

/** Opening a breaker by hand needs a reason, closing it a recovery key besides. */
function ActByHand({ breaker: { id, state } }: { readonly breaker: BreakerStatusView }) {
  const name = BREAKER_WORDS[id].name.toLowerCase()
  if (state === 'isolated' || state === 'open')
    return (
      <WithReason
        open="Close…"
        means={`Closes the ${name} breaker before its time. A small window asks for authority.`}
        action="Close the breaker"
        act={(reason) => closeBreaker(id, reason)}
      />
    )
  return (
    <WithReason
      open="Isolate…"
      means={`Opens the ${name} breaker by hand. No order passes while it stays so.`}
      action="Isolate the breaker"
      act={(reason) => isolate(id, reason)}
    />
  )
}
