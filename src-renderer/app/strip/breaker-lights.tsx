import type { BreakerStatusView } from '../../../src-preload/contract/breakers'
import { hrefOf } from '../../stores/navigation'
import { known } from '../../stores/remote'
import { useGuards } from '../../stores/guards'
import { countdown } from '../../ui/format/time'
import { useNow } from '../../ui/use-now'
import { BREAKER_ORDER, BREAKER_STATE_WORDS, BREAKER_WORDS } from '../../ui/words/breakers'
import { sayProblem } from '../../ui/words/problems'

/** Seven lights in fixed places; one that is not closed names itself and counts down. */
export function BreakerLights() {
  const remote = useGuards((state) => state.guards)
  const guards = known(remote)
  const nowMs = useNow()
  if (guards === null && remote.kind === 'failed')
    return (
      <a className="hf-light hf-light--failing" href={hrefOf('guards')} title={sayProblem(remote.problem).what}>
        Breakers not known
      </a>
    )
  if (guards === null) return <span className="hf-light hf-dim">breakers …</span>
  const inOrder = BREAKER_ORDER.map((id) => guards.breakers.find((breaker) => breaker.id === id) ?? null)
  const notClosed = inOrder.filter((breaker) => breaker !== null && breaker.state !== 'closed').sort((a, b) => rank(a) - rank(b))
  const closed = inOrder.filter((breaker) => breaker?.state === 'closed').length
  const [first] = notClosed
  const summary = `Breakers: ${closed} of 7 closed${notClosed.map((each) => (each === null ? '' : `, ${nameIt(each, nowMs)}`)).join('')}`
  return (
    <a className="hf-breakers" href={hrefOf('guards')}>
      <span className="hf-hidden">{summary}</span>
      <span className="hf-breakers__lights" aria-hidden>
        {BREAKER_ORDER.map((id, index) => {
          const state = inOrder[index]?.state ?? 'unknown'
          const title = state === 'unknown' ? 'not known' : BREAKER_STATE_WORDS[state].name.toLowerCase()
          return <i key={id} className={`hf-breakers__light hf-breakers__light--${state}`} title={`${BREAKER_WORDS[id].name}: ${title}`} />
        })}
      </span>
      <span className="hf-num" aria-hidden>
        {closed}/7
      </span>
      {first !== undefined && first !== null && (
        <span className={`hf-breakers__named hf-breakers__named--${first.state} hf-num`} aria-hidden>
          {nameIt(first, nowMs)}
          {notClosed.length > 1 && ` +${notClosed.length - 1}`}
        </span>
      )}
    </a>
  )
}

/** Open ones name themselves before those that let a probe through. */
function rank(breaker: BreakerStatusView | null): number {
  return breaker === null ? 3 : { open: 0, isolated: 1, 'half-open': 2, closed: 3 }[breaker.state]
}

function nameIt({ id, state, halfOpenAtMs }: BreakerStatusView, nowMs: number): string {
  const { name } = BREAKER_WORDS[id]
  if (state === 'open' && halfOpenAtMs !== null) return `${name} ${countdown(halfOpenAtMs - nowMs)}`
  return `${name} ${BREAKER_STATE_WORDS[state].name.toLowerCase()}`
}
