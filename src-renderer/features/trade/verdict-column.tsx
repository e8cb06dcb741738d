import { useTicket } from '../../stores/ticket'
import { Panel } from '../../ui/panel'
import { Tag } from '../../ui/tag'
import { Verdicts } from '../../ui/verdicts'
import { GUARD_ORDER } from '../../ui/words/guards'
import { Costs } from './costs'
import { useTicketFacts } from './use-ticket-facts'

/** The verdict of every guard, turning as you type, and below it what you pay and get. */
export function VerdictColumn() {
  const { current, shown } = useTicketFacts()
  const asking = useTicket((state) => state.picture.kind === 'asking')
  const verdicts = shown?.verdicts ?? []
  const denies = verdicts.filter(({ outcome }) => outcome === 'deny').length
  const summary =
    current === null ? (
      <span className="hf-dim">{asking ? 'asking…' : 'not asked yet'}</span>
    ) : denies === 0 ? (
      <Tag tone="good">{`${verdicts.length} of ${GUARD_ORDER.length} pass`}</Tag>
    ) : (
      <Tag tone="bad">{`${denies} ${denies === 1 ? 'denies' : 'deny'}`}</Tag>
    )
  return (
    <div className="hf-trade__verdict" tabIndex={0} role="region" aria-label="Verdict and costs">
      <Panel title="Verdict" aside={summary} className="hf-panel--flush">
        <Verdicts verdicts={verdicts} stale={asking} />
      </Panel>
      <Panel title="What you pay and get">
        <Costs preview={shown} stale={asking} />
      </Panel>
    </div>
  )
}
