import { Button, Popover, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'

import type { BreakerStatusView } from '../../../src-preload/contract/breakers'
import type { Problem } from '../../../src-preload/contract/problem'
import { closeBreaker, isolate } from '../../stores/guards'
import { formatPct, share } from '../../ui/format/amount'
import { countdown, exactly, relative, roughly } from '../../ui/format/time'
import { Meter, Tag, type TagTone } from '../../ui/tag'
import { useNow } from '../../ui/use-now'
import { spellOut } from '../../ui/words/audit'
import { BREAKER_HISTORY_WORDS, BREAKER_STATE_WORDS, BREAKER_WORDS } from '../../ui/words/breakers'
import { sayProblem } from '../../ui/words/problems'

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
      <Counter
        label={`Failures in ${roughly(limits.windowMs)}`}
        value={String(breaker.failuresInWindow)}
        limit={String(limits.failuresInWindow)}
        share={share(breaker.failuresInWindow, limits.failuresInWindow)}
      />
      <Counter
        label="In a row"
        value={String(breaker.consecutive)}
        limit={limits.consecutive === null ? null : String(limits.consecutive)}
        share={limits.consecutive === null ? null : share(breaker.consecutive, limits.consecutive)}
      />
      <Rate breaker={breaker} />
      <History breaker={breaker} />
      <ActByHand breaker={breaker} />
    </article>
  )
}

function Standing({ breaker: { state, halfOpenAtMs, limits, probing } }: { readonly breaker: BreakerStatusView }) {
  const nowMs = useNow()
  if (state === 'closed') return <p className="hf-breaker__standing hf-dim">Stays open for {roughly(limits.recoveryMs)} when it opens.</p>
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
      <span className="hf-num">{limit === null ? <span className="hf-dim">not judged</span> : `${value} of ${limit}`}</span>
      {part !== null && <Meter label={label} share={part} full="danger" />}
    </div>
  )
}

function Rate({ breaker: { ratePct, samplesInWindow, limits } }: { readonly breaker: BreakerStatusView }) {
  if (limits.ratePct === null) return <Counter label="Failure rate" value="" limit={null} share={null} />
  const judged = samplesInWindow >= limits.rateMinSamples
  return (
    <Counter
      label={judged ? 'Failure rate' : `Failure rate (${samplesInWindow} of ${limits.rateMinSamples} samples)`}
      value={ratePct === null ? '–' : formatPct(ratePct)}
      limit={formatPct(String(limits.ratePct))}
      share={ratePct === null || !judged ? 0 : share(ratePct, limits.ratePct)}
      note="The rate counts once there are enough samples."
    />
  )
}

function History({ breaker: { history } }: { readonly breaker: BreakerStatusView }) {
  const nowMs = useNow()
  if (history.length === 0) return <p className="hf-breaker__history hf-dim hf-small">Nothing has happened to it yet.</p>
  const newest = [...history].sort((a, b) => b.atMs - a.atMs).slice(0, HISTORY_SHOWN)
  return (
    <ul className="hf-breaker__history hf-small" aria-label="History">
      {newest.map(({ atMs, kind, detail }) => (
        <li key={`${atMs} ${kind}`}>
          <span>
            {BREAKER_HISTORY_WORDS[kind] ?? spellOut(kind)}
            {detail !== '' && <span className="hf-dim">: {detail}</span>}
          </span>
          <time className="hf-dim hf-num" title={exactly(atMs)}>
            {relative(atMs, nowMs)}
          </time>
        </li>
      ))}
      {history.length > HISTORY_SHOWN && <li className="hf-dim">and {history.length - HISTORY_SHOWN} earlier; all are in the audit log</li>}
    </ul>
  )
}

interface ByHand {
  readonly open: string
  readonly means: (name: string) => string
  readonly action: string
  readonly act: (id: BreakerStatusView['id'], reason: string) => Promise<Problem | null>
}

const ISOLATE: ByHand = {
  open: 'Isolate…',
  means: (name) => `Opens the ${name} breaker by hand. No order passes while it stays so.`,
  action: 'Isolate the breaker',
  act: isolate,
}
const CLOSE: ByHand = {
  open: 'Close…',
  means: (name) => `Closes the ${name} breaker before its time. A small window asks for a recovery key.`,
  action: 'Close the breaker',
  act: closeBreaker,
}

/** Opening a breaker by hand needs a reason, closing it a recovery key besides. */
function ActByHand({ breaker: { id, state } }: { readonly breaker: BreakerStatusView }) {
  const [open, setOpen] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: (value) => (value.trim() === '' ? 'Say why. It is recorded.' : null) },
  })
  const words = state === 'isolated' || state === 'open' ? CLOSE : ISOLATE
  return (
    <Popover opened={open} onChange={setOpen} trapFocus withinPortal shadow="md" position="top-start">
      <Popover.Target>
        <Button className="hf-breaker__isolate" size="compact-sm" variant="default" onClick={() => setOpen(!open)}>
          {words.open}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className="hf-breaker__form"
          onSubmit={form.onSubmit(({ reason }) => {
            void words.act(id, reason.trim()).then((outcome) => {
              setProblem(outcome)
              if (outcome === null) setOpen(false)
            })
          })}
        >
          <p>{words.means(BREAKER_WORDS[id].name.toLowerCase())}</p>
          <TextInput label="Reason" maxLength={500} data-autofocus {...form.getInputProps('reason')} />
          {problem !== null && <p className="hf-danger">{sayProblem(problem).what}</p>}
          <Button type="submit" size="compact-sm">
            {words.action}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
