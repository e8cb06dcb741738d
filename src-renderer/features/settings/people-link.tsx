import { Button } from '@mantine/core'

import { useAuthority } from '../../stores/authority'
import { hrefOf } from '../../stores/navigation'
import { Panel } from '../../ui/panel'

/** Leads to who may do what. */
export function PeopleLink() {
  const named = useAuthority(({ session }) => session?.canLock ?? false)
  return (
    <Panel title="People and keys">
      <p className="hf-dim">
        {named
          ? 'Who may do what, what needs two, when Holdfast locks itself, and the recovery keys.'
          : 'Name the people who use Holdfast, lock it, and see to the recovery keys.'}
      </p>
      <Button component="a" href={hrefOf('settings', 'people')} variant="default">
        People and keys
      </Button>
    </Panel>
  )
}
