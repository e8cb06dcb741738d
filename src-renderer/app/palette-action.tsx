import type { SpotlightActionData } from '@mantine/spotlight'
import type { Icon } from '@tabler/icons-react'

const ICON_PX = 20

/** One line of the palette; `keys` are those that do the same without it. */
export function action(id: string, label: string, description: string, Symbol: Icon, run: () => void, keys?: string): SpotlightActionData {
  return {
    id,
    label,
    ...(description === '' ? {} : { description }),
    leftSection: <Symbol size={ICON_PX} stroke={1.75} aria-hidden />,
    ...(keys === undefined ? {} : { rightSection: <kbd className="hf-palette__keys">{keys}</kbd> }),
    onClick: run,
  }
}
