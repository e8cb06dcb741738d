import { IconHandStop } from '@tabler/icons-react'

import { haltAll, useHalt } from '../../stores/halt'
import { useStatus } from '../../stores/status'

/**
 * Always in the same corner, always the same size, never disabled: a press is never lost. It says “Halted” only when main has answered.
 */
export function HaltButton() {
  const press = useHalt((state) => state.press)
  const state = useStatus(({ status }) => status?.killSwitch.state ?? null)
  const halted = state !== null && state !== 'armed'
  const word = press.kind === 'halting' ? 'Halting…' : halted ? 'Halted' : 'HALT'
  return (
    <button
      type="button"
      className={halted ? 'hf-halt hf-halt--halted' : 'hf-halt'}
      aria-keyshortcuts="Control+Shift+H Meta+Shift+H"
      title="Halt all trading (Ctrl+Shift+H). One press closes the gate for everything on this machine."
      onClick={() => void haltAll('button')}
    >
      <IconHandStop size={18} aria-hidden />
      <span aria-hidden>{word}</span>
      <span className="hf-hidden">Halt all trading</span>
    </button>
  )
}
