import { Checkbox } from '@mantine/core'
import type { ReactNode } from 'react'

import type { Problem } from '../../../src-preload/contract/problem'
import { SEVERITY_WORDS } from '../../ui/words/audit'
import { SEVERITIES, type Severity } from './severities'

/** Does something that may ask in the main-owned window, and shows what went wrong. */
export type Act = (work: Promise<Problem | null>) => void

/** Which urgencies a way is used for; the most urgent cannot be taken out. */
export function SeverityBoxes({
  label,
  chosen,
  onChange,
  children,
}: {
  readonly label: string
  readonly chosen: readonly Severity[]
  readonly onChange: (chosen: Severity[]) => void
  readonly children: ReactNode
}) {
  return (
    <Checkbox.Group
      label={label}
      description={children}
      value={[...chosen]}
      onChange={(values) => onChange(SEVERITIES.filter((each) => values.includes(each)))}
    >
      <div className="hf-alerts__boxes">
        {SEVERITIES.map((each) => (
          <Checkbox
            key={each}
            value={each}
            size="xs"
            disabled={each === 'critical'}
            label={each === 'critical' ? `${SEVERITY_WORDS[each]} (always)` : SEVERITY_WORDS[each]}
          />
        ))}
      </div>
    </Checkbox.Group>
  )
}
