import type { SweepView } from '../../../src-preload/contract/halt'
import { sweepForeign, useHalt } from '../../stores/halt'
import { hrefOf } from '../../stores/navigation'
import { shortId } from '../../ui/format/identity'
import { took } from '../../ui/format/time'
import { VENUE_WORDS } from '../../ui/words/orders'
import { sayProblem } from '../../ui/words/problems'
import { isStillOut, sayStillOut, sayVenue } from '../../ui/words/sweep'

/** Orders that are named in the bar; the others are counted. */
const NAMED = 5

/** What is being done about what was out, venue by venue, and by name what could not be canceled, why, and what to do. */
export function SweepProgress({ sinceMs }: { readonly sinceMs: number | null }) {
  const second = useHalt((state) => state.second)
  const sweep = useHalt((state) => state.sweep)
  // What an earlier halt did is history.
  const ours = sweep !== null && (sinceMs === null || (sweep.finishedAtMs ?? sweep.startedAtMs) >= sinceMs) ? sweep : null
  if (second.kind === 'failed')
    return (
      <p className="hf-halt-bar__sweep" role="alert">
        <strong>Nothing was asked for.</strong> {sayProblem(second.problem).what} Press again.
      </p>
    )
  return ours === null ? null : <Sweep sweep={ours} />
}

function Sweep({ sweep }: { readonly sweep: SweepView }) {
  const stillOut = sweep.venues.flatMap(({ venue, items }) => items.filter(isStillOut).map((item) => ({ venue, item })))
  const foreign = sweep.venues.flatMap(({ items }) => items).filter(({ fate }) => fate === 'foreign').length
  return (
    <div className="hf-halt-bar__sweep">
      <p role="status">
        <strong>{headline(sweep, stillOut.length)}</strong>{' '}
        {sweep.venues.map((each) => `${venueName(each.venue)}: ${sayVenue(each)}`).join('; ')}.
        {foreign > 0 && (
          <>
            {' '}
            <button type="button" className="hf-halt-bar__link" onClick={() => void sweepForeign()}>
              Cancel those that are not ours too
            </button>
          </>
        )}
      </p>
      {stillOut.length > 0 && (
        <ul aria-label="Still out">
          {stillOut.slice(0, NAMED).map(({ venue, item }) => {
            const { why, now } = sayStillOut(item)
            return (
              <li key={item.orderId}>
                <a href={hrefOf('orders', item.orderId)}>{shortId(item.orderId)}</a> at {venueName(venue)} is still out: {why}. {now}
              </li>
            )
          })}
          {stillOut.length > NAMED && <li>{stillOut.length - NAMED} more; see Orders.</li>}
        </ul>
      )}
    </div>
  )
}

function headline({ phase, startedAtMs, finishedAtMs, mode, venues }: SweepView, stillOut: number): string {
  const silent = venues.some(({ problem }) => problem !== null)
  const everything = mode === 'emergency' ? 'everything, also on chain' : 'resting orders'
  switch (phase) {
    case 'running':
      return `Canceling ${everything}…`
    case 'clear':
      return `Nothing that was to be canceled is out${finishedAtMs === null ? '' : ` (${took(finishedAtMs - startedAtMs)})`}.`
    case 'retrying':
      if (stillOut > 0) return `${stillOut} could not be canceled yet; it is tried again for as long as trading is halted.`
      return silent
        ? 'Not every venue could be asked; each is asked again for as long as trading is halted.'
        : 'Cancels are out; waiting for the chain.'
    case 'stopped':
      if (stillOut > 0) return `Stopped; ${stillOut} may still be out.`
      return silent ? 'Stopped; not every venue could be asked what is out.' : 'Stopped.'
  }
}

function venueName(venue: string): string {
  return Object.hasOwn(VENUE_WORDS, venue) ? VENUE_WORDS[venue as keyof typeof VENUE_WORDS] : venue
}
