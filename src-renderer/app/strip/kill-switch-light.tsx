import { hrefOf } from '../../stores/navigation'
import { useStatus } from '../../stores/status'
import { KILL_SWITCH_WORDS } from '../../ui/words/halts'

/** The kill switch's state in a word; leads to its screen. */
export function KillSwitchLight() {
  const state = useStatus(({ status }) => status?.killSwitch.state ?? null)
  if (state === null) return null
  const { name, means } = KILL_SWITCH_WORDS[state]
  return (
    <a className={`hf-light hf-light--kill-${state}`} href={hrefOf('guards')} title={means}>
      <i aria-hidden />
      <span className="hf-hidden">Kill switch: </span>
      {name}
    </a>
  )
}
