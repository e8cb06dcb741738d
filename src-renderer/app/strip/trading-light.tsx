import { IconAlertTriangle, IconHandStop } from '@tabler/icons-react'

import { useGuards } from '../../stores/guards'
import { hrefOf } from '../../stores/navigation'
import { known } from '../../stores/remote'
import { TRADING_REASON_WORDS, TRADING_STATE_WORDS } from '../../ui/words/trading-state'

/** The trading state in a word, beside the kill switch; silent while the kill switch has said it all. */
export function TradingLight() {
  const trading = useGuards((state) => known(state.guards)?.trading ?? null)
  if (trading === null || trading.reason === 'kill-switch') return null
  const { state, reason } = trading
  const { name, means } = TRADING_STATE_WORDS[state]
  return (
    <a
      className={`hf-light hf-light--trading-${state}`}
      href={hrefOf('guards')}
      title={reason === null ? means : `${TRADING_REASON_WORDS[reason]}. ${means}`}
    >
      {state === 'reducing' && <IconAlertTriangle size={14} aria-hidden />}
      {state === 'halted' && <IconHandStop size={14} aria-hidden />}
      <span className="hf-hidden">Trading: </span>
      {name}
    </a>
  )
}
