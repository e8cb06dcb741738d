import { Button } from '@mantine/core'

import { hrefOf } from '../../stores/navigation'
import { Panel } from '../../ui/panel'

/** Leads to where secrets lie outside of the app. */
export function SecretsLink() {
  return (
    <Panel title="Secrets kept elsewhere">
      <p className="hf-dim">PINs, tokens and keys of your signers may lie in HashiCorp Vault or AWS Secrets Manager instead of here.</p>
      <Button component="a" href={hrefOf('settings', 'secrets')} variant="default">
        Secrets kept elsewhere
      </Button>
    </Panel>
  )
}
