import { useHalt } from '../stores/halt'
import { useStatus } from '../stores/status'
import { haltOrigin, isNotArmedYet, NOT_ARMED_YET_WORDS } from '../ui/words/halts'
import { sayProblem } from '../ui/words/problems'

/** Reads halts and releases out at once, wherever the person is. */
export function Announcer() {
  const killSwitch = useStatus(({ status }) => status?.killSwitch ?? null)
  const press = useHalt((state) => state.press)
  const notArmedYet = useStatus(({ status }) => status?.phase === 'first-run') && isNotArmedYet(killSwitch)
  const halted = killSwitch !== null && killSwitch.state !== 'armed'
  return (
    <div className="hf-hidden" role="alert" aria-live="assertive">
      {press.kind === 'halting' && 'Halting.'}
      {press.kind === 'failed' && `The halt did not go through. ${sayProblem(press.problem).what}`}
      {notArmedYet && NOT_ARMED_YET_WORDS}
      {halted && !notArmedYet && `Trading is halted ${haltOrigin(killSwitch)}. No order can leave.`}
    </div>
  )
}
