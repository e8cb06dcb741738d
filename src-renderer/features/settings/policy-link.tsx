import { Button } from '@mantine/core'

import { hrefOf } from '../../stores/navigation'
import { Panel } from '../../ui/panel'

/** Leads to what may be traded and signed. */
export function PolicyLink() {
  return (
    <Panel title="Policy">
      <p className="hf-dim">
        What may be traded, who may be paid, which contracts may be called, and how much, kept twice and judged twice.
      </p>
      <Button component="a" href={hrefOf('settings', 'policy')} variant="default">
        Policy
      </Button>
    </Panel>
  )
}
