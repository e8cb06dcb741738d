import { Button } from '@mantine/core'

import { hrefOf } from '../../stores/navigation'
import { Panel } from '../../ui/panel'

/** Leads to what must be so before real money is traded. */
export function ReadinessLink() {
  return (
    <Panel title="Readiness">
      <p className="hf-dim">
        What must be so before real money is traded: keys, halting, guards, the record and what it runs on. It fills itself.
      </p>
      <Button component="a" href={hrefOf('settings', 'readiness')} variant="default">
        Readiness
      </Button>
    </Panel>
  )
}
