import type { KillSwitchView } from '../../../src-preload/contract/guards'
import { dayAndTimeInZone, exactly } from '../../ui/format/time'
import { Happened } from '../../ui/values'
import { HALT_SCOPE_WORDS, haltOrigin, KILL_SWITCH_WORDS } from '../../ui/words/halts'

type State = KillSwitchView['state']

/** Where each state stands in the drawing. */
const PLACES: Readonly<Record<State, { readonly x: number; readonly y: number }>> = {
  armed: { x: 10, y: 20 },
  triggered: { x: 210, y: 20 },
  'recovery-pending': { x: 410, y: 20 },
  maintenance: { x: 210, y: 110 },
}
const BOX = { width: 140, height: 44 }

/** The ways between the states, as drawn, with what takes them. */
const WAYS = [
  { path: 'M150 42 H202', text: 'halt', x: 176, y: 34 },
  { path: 'M350 42 H402', text: 'release', x: 376, y: 34 },
  { path: 'M480 20 V8 H80 V14', text: 'all checks pass', x: 280, y: 4 },
  { path: 'M430 64 V84 H330 V70', text: 'given up', x: 380, y: 96 },
  { path: 'M250 64 V104', text: 'maintain', x: 216, y: 96 },
  { path: 'M280 110 V70', text: 'end', x: 298, y: 96 },
] as const

/** The state machine of the kill switch, drawn, with where it is now. */
export function KillSwitch({ view }: { readonly view: KillSwitchView }) {
  const { state, sinceMs, scope } = view
  const { name, means } = KILL_SWITCH_WORDS[state]
  return (
    <div className="hf-kill">
      <svg
        viewBox="0 -8 560 172"
        role="img"
        aria-label={`Kill switch: ${name}. The ways: armed, halted, recovery pending, and back to armed.`}
      >
        <defs>
          <marker id="hf-arrow" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
            <path d="M0 0 L8 4 L0 8 z" className="hf-kill__arrow" />
          </marker>
        </defs>
        {WAYS.map(({ path, text, x, y }) => (
          <g key={path}>
            <path d={path} className="hf-kill__way" markerEnd="url(#hf-arrow)" />
            <text x={x} y={y} className="hf-kill__text" textAnchor="middle">
              {text}
            </text>
          </g>
        ))}
        {(Object.keys(PLACES) as State[]).map((each) => (
          <g key={each} className={each === state ? `hf-kill__state hf-kill__state--here hf-kill__state--${each}` : 'hf-kill__state'}>
            <rect x={PLACES[each].x} y={PLACES[each].y} width={BOX.width} height={BOX.height} rx="6" />
            <text x={PLACES[each].x + BOX.width / 2} y={PLACES[each].y + BOX.height / 2 + 5} textAnchor="middle">
              {KILL_SWITCH_WORDS[each].name}
            </text>
          </g>
        ))}
      </svg>
      <p role="status">
        <strong>{name}</strong>
        {sinceMs !== null && (
          <>
            {' '}
            since <time title={exactly(sinceMs)}>{dayAndTimeInZone(sinceMs)}</time> (<Happened atMs={sinceMs} />)
          </>
        )}
        {state !== 'armed' && ` ${haltOrigin(view)}`}. {means}
        {scope !== null && state !== 'armed' && ` It covers ${HALT_SCOPE_WORDS[scope]}.`}
      </p>
    </div>
  )
}
