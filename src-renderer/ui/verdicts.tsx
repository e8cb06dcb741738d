import './verdicts.css'

import { IconCircleCheckFilled, IconCircleDotted, IconCircleXFilled } from '@tabler/icons-react'

import type { VerdictView } from '../../src-preload/contract/orders'
import { byWeight, figureShare, figureText, type GuardFigure } from './figure'
import { Meter } from './tag'
import { DENIALS } from './words/denials'
import { GUARD_ORDER, GUARD_WORDS } from './words/guards'

interface Props {
  readonly verdicts: readonly VerdictView[]
  /** The verdicts are of an earlier picture; the new one is awaited. */
  readonly stale?: boolean
}

/** The column of guards, from the kill switch down to the policy, each with its figure and limit. */
export function Verdicts({ verdicts, stale = false }: Props) {
  return (
    <ol className={stale ? 'hf-verdicts hf-verdicts--stale' : 'hf-verdicts'} aria-busy={stale}>
      {GUARD_ORDER.map((guard) => (
        <Row key={guard} guard={guard} verdict={verdicts.find((each) => each.guard === guard) ?? null} />
      ))}
    </ol>
  )
}

const OUTCOME = { pass: 'passes', deny: 'denies', none: 'not asked' }

function Row({ guard, verdict }: { readonly guard: VerdictView['guard']; readonly verdict: VerdictView | null }) {
  const outcome = verdict?.outcome ?? 'none'
  const [first, ...others] = byWeight(guard, verdict?.figures ?? [])
  const { name, asks } = GUARD_WORDS[guard]
  const share = first === undefined ? null : figureShare(first)
  return (
    <li className={`hf-verdict hf-verdict--${outcome}`} data-guard={guard} data-outcome={outcome}>
      <Mark outcome={outcome} />
      <div className="hf-verdict__line">
        <span className="hf-verdict__name" title={asks}>
          {name}
          <span className="hf-hidden"> {OUTCOME[outcome]}</span>
        </span>
        {first !== undefined && (
          <span className="hf-num hf-verdict__figure" title={`${first.name}: ${first.value} ${first.unit}`}>
            {figureText(first)}
          </span>
        )}
      </div>
      {share !== null && first !== undefined && <Meter label={`${name}: ${first.name} against its limit`} share={share} full="danger" />}
      {others.length > 0 && <Others figures={others} />}
      {verdict?.outcome === 'deny' && <Why verdict={verdict} />}
    </li>
  )
}

function Mark({ outcome }: { readonly outcome: 'pass' | 'deny' | 'none' }) {
  if (outcome === 'pass') return <IconCircleCheckFilled className="hf-verdict__mark" size={16} aria-hidden />
  if (outcome === 'deny') return <IconCircleXFilled className="hf-verdict__mark" size={16} aria-hidden />
  return <IconCircleDotted className="hf-verdict__mark" size={16} aria-hidden />
}

function Others({ figures }: { readonly figures: readonly GuardFigure[] }) {
  return (
    <div className="hf-verdict__others hf-num">
      {figures.map((figure) => (
        <span key={figure.name}>
          {figure.name} {figureText(figure)}
        </span>
      ))}
    </div>
  )
}

function Why({ verdict }: { readonly verdict: Extract<VerdictView, { outcome: 'deny' }> }) {
  const { what, now } = DENIALS[verdict.denial.code](verdict.denial.figures)
  return (
    <p className="hf-verdict__why">
      {what} <span className="hf-dim">{now}</span>
    </p>
  )
}
