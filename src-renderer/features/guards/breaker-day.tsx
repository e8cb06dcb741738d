import { Skeleton } from '@mantine/core'
import { useEffect } from 'react'

import type { BreakerStatusView, RibbonPieceView } from '../../../src-preload/contract/breakers'
import { refreshDay, useGuards } from '../../stores/guards'
import { known } from '../../stores/remote'
import { clockTime, exactly, roughly } from '../../ui/format/time'
import { Panel } from '../../ui/panel'
import { Ribbon, type RibbonTone } from '../../ui/ribbon'
import { Unread } from '../../ui/unread'
import { BREAKER_ORDER, BREAKER_STATE_WORDS, BREAKER_WORDS } from '../../ui/words/breakers'

const TONES: Readonly<Record<RibbonPieceView['state'], RibbonTone>> = {
  closed: 'quiet',
  'half-open': 'attention',
  open: 'bad',
  isolated: 'held',
}
const POLL_MS = 60_000
const MARKS = 4

/** What each breaker was over the last 24 hours, one line a breaker, highest priority first. */
export function BreakerDay({ breakers }: { readonly breakers: readonly BreakerStatusView[] }) {
  const remote = useGuards((state) => state.day)
  const day = known(remote)
  const states = breakers.map(({ id, state }) => `${id} ${state}`).join()
  useEffect(() => {
    void refreshDay()
    const timer = setInterval(() => void refreshDay(), POLL_MS)
    return () => {
      clearInterval(timer)
    }
  }, [states])
  return (
    <Panel title="Breakers over the last 24 hours">
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshDay} />}
      {day === null ? (
        remote.kind === 'loading' && <Skeleton h={170} />
      ) : (
        <div className="hf-day">
          {BREAKER_ORDER.map((id) => {
            const pieces = day.breakers.find((each) => each.id === id)?.pieces ?? []
            const { name } = BREAKER_WORDS[id]
            return (
              <div key={id} className="hf-day__row">
                <span>{name}</span>
                <Ribbon
                  label={describe(name, pieces)}
                  fromMs={day.fromMs}
                  toMs={day.toMs}
                  stretches={pieces.map(({ fromMs, toMs, state }) => ({
                    fromMs,
                    toMs,
                    tone: TONES[state],
                    title: sayPiece(fromMs, toMs, state),
                  }))}
                />
              </div>
            )
          })}
          <div className="hf-day__row" aria-hidden>
            <span />
            <span className="hf-ribbon__axis hf-num">
              {Array.from({ length: MARKS + 1 }, (_, mark) => {
                const atMs = day.fromMs + ((day.toMs - day.fromMs) * mark) / MARKS
                return <span key={mark}>{mark === MARKS ? 'now' : clockTime(atMs).slice(0, 5)}</span>
              })}
            </span>
          </div>
          <p className="hf-day__legend hf-dim hf-small" aria-hidden>
            {(['open', 'half-open', 'isolated', 'closed'] as const).map((state) => (
              <span key={state}>
                <i className={`hf-day__mark--${TONES[state]}`} /> {BREAKER_STATE_WORDS[state].name}
              </span>
            ))}
          </p>
        </div>
      )}
    </Panel>
  )
}

function sayPiece(fromMs: number, toMs: number, state: RibbonPieceView['state']): string {
  return `${BREAKER_STATE_WORDS[state].name} for ${roughly(toMs - fromMs)}, from ${exactly(fromMs)}`
}

function describe(name: string, pieces: readonly RibbonPieceView[]): string {
  const notClosed = pieces.filter(({ state }) => state !== 'closed')
  if (notClosed.length === 0) return `${name}: closed for the whole day`
  const said = notClosed.map(({ fromMs, toMs, state }) => `${BREAKER_STATE_WORDS[state].name.toLowerCase()} for ${roughly(toMs - fromMs)}`)
  return `${name}: ${said.join(', ')}, otherwise closed`
}
