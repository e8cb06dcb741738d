import { IconCircleCheckFilled, IconCircleDashed, IconCircleDotFilled, IconCircleXFilled } from '@tabler/icons-react'

import type { ReleaseVerificationView } from '../../../src-preload/contract/guards'
import { VERIFICATION_WORDS } from '../../ui/words/watch'

/** Where a stage of a recovery stands. */
export type StageState = 'waiting' | 'now' | 'done' | 'failed'

const ICONS = { waiting: IconCircleDashed, now: IconCircleDotFilled, done: IconCircleCheckFilled, failed: IconCircleXFilled }
const STATE_WORDS: Readonly<Record<StageState, string>> = { waiting: 'to come', now: 'now', done: 'done', failed: 'failed' }
const STAGES = [
  { id: 'validation', name: 'Safety validation', means: 'Every check below is cleared.' },
  { id: 'authorisation', name: 'Authorisation', means: 'Who may release shows it in a small window.' },
  { id: 'verification', name: 'State verification', means: 'What should be so afterwards is looked at, or trading halts again.' },
] as const

interface Props {
  readonly states: Readonly<Record<(typeof STAGES)[number]['id'], StageState>>
}

/** The three stages of a recovery, and which one we are in. */
export function ReleaseStages({ states }: Props) {
  return (
    <ol className="hf-stages" aria-label="Stages of the recovery">
      {STAGES.map(({ id, name, means }, index) => {
        const state = states[id]
        const Icon = ICONS[state]
        return (
          <li key={id} className={`hf-stage hf-stage--${state}`} aria-current={state === 'now' ? 'step' : undefined}>
            <Icon size={18} aria-hidden />
            <div>
              <strong>
                {index + 1}. {name}
              </strong>
              <span className="hf-hidden">: {STATE_WORDS[state]}</span>
              <div className="hf-dim hf-small">{means}</div>
            </div>
          </li>
        )
      })}
    </ol>
  )
}

/** What the third stage found. */
export function Verified({ items }: { readonly items: readonly ReleaseVerificationView[] }) {
  return (
    <ul className="hf-checks" aria-label="State verification">
      {items.map(({ id, ok, detail }) => (
        <li key={id} className={`hf-check hf-check--${ok ? 'ok' : 'blocked'}`}>
          {ok ? <IconCircleCheckFilled size={18} aria-hidden /> : <IconCircleXFilled size={18} aria-hidden />}
          <div>
            <strong>{VERIFICATION_WORDS[id]}</strong>
            <span className="hf-hidden">: {ok ? 'yes' : 'no'}</span> <span className="hf-dim">{detail}</span>
          </div>
        </li>
      ))}
    </ul>
  )
}
