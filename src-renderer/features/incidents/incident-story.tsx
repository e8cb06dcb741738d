import { Button, Skeleton } from '@mantine/core'
import { useEffect, useState } from 'react'

import type { IncidentStoryView } from '../../../src-preload/contract/incidents'
import type { Problem } from '../../../src-preload/contract/problem'
import { useAccountNames } from '../../stores/account-names'
import { exportIncident, readStory, useIncidents } from '../../stores/incidents'
import { hrefOf } from '../../stores/navigation'
import { useOrders } from '../../stores/orders'
import { known, LOADING } from '../../stores/remote'
import { withUnit } from '../../ui/format/amount'
import { shortId } from '../../ui/format/identity'
import { dayAndTimeInZone, exactly, roughly } from '../../ui/format/time'
import { Notice, SaidNotice } from '../../ui/notice'
import { Panel, ScreenHead } from '../../ui/panel'
import { Unread } from '../../ui/unread'
import { spellOut } from '../../ui/words/audit'
import { CHECK_STATUS_WORDS, HALT_SOURCE_WORDS, RELEASE_CHECK_WORDS } from '../../ui/words/halts'
import { ORDER_EVENT_WORDS, ORDER_STATE_WORDS, SIDE_WORDS, STILL_WAITS_WORDS, VENUE_WORDS } from '../../ui/words/orders'
import { sayProblem } from '../../ui/words/problems'
import { sayAbout, sayRecorded } from '../../ui/words/recorded'
import { triggerName, VERIFICATION_WORDS } from '../../ui/words/watch'
import { spellRecordCodes } from '../../ui/words/record-codes'

const EVERY_MS = 5_000

/** One halt: its timeline, what was out then and what it has come to, what was verified, and a report to keep. */
export function IncidentStory({ id }: { readonly id: string }) {
  const remote = useIncidents((state) => state.stories[id] ?? LOADING)
  const story = known(remote)
  const lasts = story?.untilMs === null
  useEffect(() => {
    void readStory(id)
    // What happens in a halt that lasts is still being written.
    const timer = setInterval(() => {
      if (lasts) void readStory(id)
    }, EVERY_MS)
    return () => clearInterval(timer)
  }, [id, lasts])
  if (remote.kind === 'failed' && story === null) return <Unread problem={remote.problem} again={() => readStory(id)} />
  return story === null ? <Skeleton h={320} /> : <Story story={story} />
}

function Story({ story }: { readonly story: IncidentStoryView }) {
  const { id, sinceMs, untilMs, by, source, reason, releasedBy, mode, scope, toldBy } = story
  return (
    <article className="hf-incident">
      <ScreenHead
        title={`Halt of ${dayAndTimeInZone(sinceMs)}`}
        about={
          <>
            Halted by {source === null ? by : `${HALT_SOURCE_WORDS[source]} (${source === 'automatic' ? triggerName(by) : by})`}
            {reason !== '' && `: ${spellRecordCodes(reason)}`}.{' '}
            {untilMs === null ? 'It still lasts.' : `Released after ${roughly(untilMs - sinceMs)} by ${releasedBy ?? 'somebody'}.`}{' '}
            {scope === 'environment' ? 'It covered this environment.' : 'It covered everything on this machine.'}
            {mode === 'gate-only' && ' What was out was left alone at first.'}
          </>
        }
      >
        <Export id={id} />
      </ScreenHead>
      {toldBy === 'history' && (
        <Notice tone="attention" title="The audit log was not there to hear of this halt.">
          It is told from the file of halts, which holds no key and proves less.
        </Notice>
      )}
      <Orders orders={story.orders} silent={silentVenues(story.moments)} />
      <Panel title="What was verified for the release">
        {story.checks.length === 0 ? (
          <p className="hf-dim">{untilMs === null ? 'Not released yet.' : 'Nothing is on record.'}</p>
        ) : (
          <ul className="hf-incident__checks">
            {story.checks.map(({ name, status }) => (
              <li key={name}>
                {checkName(name)}: <strong>{checkStatus(status)}</strong>
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Moments story={story} />
    </article>
  )
}

/** The checks of a release and what was looked at after it, as the Guards screen calls them; a record may name others. */
function checkName(name: string): string {
  if (Object.hasOwn(RELEASE_CHECK_WORDS, name)) return RELEASE_CHECK_WORDS[name as keyof typeof RELEASE_CHECK_WORDS].name
  return Object.hasOwn(VERIFICATION_WORDS, name) ? VERIFICATION_WORDS[name as keyof typeof VERIFICATION_WORDS] : spellOut(name)
}

function checkStatus(status: string): string {
  return Object.hasOwn(CHECK_STATUS_WORDS, status) ? CHECK_STATUS_WORDS[status as keyof typeof CHECK_STATUS_WORDS] : status
}

function Export({ id }: { readonly id: string }) {
  const [outcome, setOutcome] = useState<{ readonly path: string | null } | { readonly problem: Problem } | null>(null)
  return (
    <>
      <Button onClick={() => void exportIncident(id).then(setOutcome)}>Export report</Button>
      {outcome !== null && 'problem' in outcome && <SaidNotice said={sayProblem(outcome.problem)} />}
      {outcome !== null && 'path' in outcome && outcome.path !== null && <span role="status">Written to {outcome.path}</span>}
    </>
  )
}

/** Venues that could not be asked what they hold, when what was out was to be canceled. */
function silentVenues(moments: IncidentStoryView['moments']): readonly string[] {
  const names = moments.flatMap(({ type, subject, figures }) =>
    type === 'CancelFailed' && subject !== null && subject === figures['venue'] ? [venueName(subject)] : [],
  )
  return [...new Set(names)]
}

function Orders({ orders, silent }: { readonly orders: IncidentStoryView['orders']; readonly silent: readonly string[] }) {
  const open = useOrders((state) => state.open)
  const out = known(open) ?? []
  return (
    <Panel title="What was out">
      {silent.length > 0 && (
        <p>Not known of every venue: {silent.join(', ')} could not be asked what was out there. What follows is what is on record here.</p>
      )}
      {orders.length === 0 ? (
        <p className="hf-dim">As far as is on record, nothing was out when the gate closed.</p>
      ) : (
        <div className="hf-table__scroll">
          <table className="hf-table">
            <thead>
              <tr>
                <th>Order</th>
                <th>What</th>
                <th>Before the halt</th>
                <th>Now</th>
              </tr>
            </thead>
            <tbody>
              {orders.map(({ orderId, venue, side, amount, amountUnit, instrument, before, now }) => (
                <tr key={orderId}>
                  <td>
                    <a className="hf-link" href={hrefOf('orders', orderId)}>
                      {shortId(orderId)}
                    </a>
                    <div className="hf-dim">{venueName(venue)}</div>
                  </td>
                  <td className="hf-num">
                    {sideName(side)} {withUnit(amount, instrument.split('-')[amountUnit === 'base' ? 0 : 1] ?? '')}
                  </td>
                  <td>{eventName(before)}</td>
                  <td>
                    <strong>{ORDER_STATE_WORDS[now].name}</strong>
                    {out.some((order) => order.orderId === orderId && !order.open) && (
                      <div className="hf-small hf-attention">{STILL_WAITS_WORDS}</div>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}

function sideName(side: string): string {
  return Object.hasOwn(SIDE_WORDS, side) ? SIDE_WORDS[side as keyof typeof SIDE_WORDS] : side
}

function venueName(venue: string): string {
  return Object.hasOwn(VENUE_WORDS, venue) ? VENUE_WORDS[venue as keyof typeof VENUE_WORDS] : venue
}

function eventName(type: string): string {
  return Object.hasOwn(ORDER_EVENT_WORDS, type) ? ORDER_EVENT_WORDS[type as keyof typeof ORDER_EVENT_WORDS].name : type
}

function Moments({ story: { moments, sinceMs, omitted } }: { readonly story: IncidentStoryView }) {
  const nameOf = useAccountNames()
  return (
    <Panel title="What happened">
      <ol className="hf-incident__moments">
        {moments.map(({ atMs, type, actor, subject, figures, auditSeq }, index) => (
          <li key={`${auditSeq ?? 'file'}-${index}`}>
            <time className="hf-num" title={exactly(atMs)}>
              {offset(atMs - sinceMs)}
            </time>
            <div>
              <strong>{spellOut(type)}</strong> <span className="hf-dim">by {actor}</span>
              {subject !== null && <span className="hf-dim"> about {sayAbout(subject, nameOf)}</span>}
              <div className="hf-dim hf-incident__figures">{sayRecorded(figures, nameOf)}</div>
            </div>
            {auditSeq === null ? (
              <span className="hf-dim">file of halts</span>
            ) : (
              <a className="hf-link hf-num" href={hrefOf('audit', String(auditSeq))} aria-label={`Audit entry ${auditSeq}`}>
                #{auditSeq}
              </a>
            )}
          </li>
        ))}
      </ol>
      {omitted > 0 && <p className="hf-dim">{omitted} more; see the audit log.</p>}
    </Panel>
  )
}

function offset(ms: number): string {
  const sign = ms < 0 ? '−' : '+'
  const seconds = Math.abs(ms) / 1_000
  return seconds < 600 ? `${sign}${seconds.toFixed(3)} s` : `${sign}${roughly(Math.abs(ms))}`
}
