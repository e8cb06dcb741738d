import './signers.css'

import { Button, Skeleton } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'

import type { SignerView } from '../../../src-preload/contract/signers'
import { go } from '../../stores/navigation'
import { known } from '../../stores/remote'
import { refreshSigners, useSigners } from '../../stores/signers'
import { useStatus } from '../../stores/status'
import { Empty } from '../../ui/empty'
import { ScreenHead } from '../../ui/panel'
import { Unread } from '../../ui/unread'
import { AddSigner } from './add/add-signer'
import { AddressGroup } from './address-group'

/** The keys that can sign, how they are doing, and how to add one. */
export function Signers({ adding }: { readonly adding: boolean }) {
  return adding ? <AddSigner /> : <SignerList />
}

function SignerList() {
  const remote = useSigners((state) => state.signers)
  const paper = useStatus(({ status }) => status?.environment === 'paper')
  const signers = known(remote)
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => go('signers', 'add')}>
      Add a signer
    </Button>
  )
  return (
    <div className="hf-signers">
      <ScreenHead
        title="Signers"
        about="What holds your keys and signs with them. Keys never come into this window; passwords and tokens are typed in a small window of their own."
      >
        {signers !== null && signers.length > 0 && add}
      </ScreenHead>
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshSigners} />}
      {signers === null && remote.kind === 'loading' && (
        <div role="status" aria-label="Signers are loading">
          <Skeleton h={180} />
        </div>
      )}
      {signers?.length === 0 && (
        <Empty icon={<IconKey size={32} />} title="No signer yet" action={add}>
          {paper
            ? 'Paper trading needs none. For a chain, connect a Ledger, a signing service or an HSM, or make a key file here.'
            : 'Connect a Ledger, a signing service or an HSM, or make a key file here. It ends with a test signature.'}
        </Empty>
      )}
      {signers !== null && byAddress(signers).map((group) => <AddressGroup key={group[0]?.address} signers={group} />)}
    </div>
  )
}

/** The signers of each address together, the one that is asked first in front; addresses in the order in which they came. */
export function byAddress(signers: readonly SignerView[]): readonly (readonly SignerView[])[] {
  const groups = new Map<string, SignerView[]>()
  for (const signer of signers) {
    const group = groups.get(signer.address.toLowerCase())
    if (group === undefined) groups.set(signer.address.toLowerCase(), [signer])
    else group.push(signer)
  }
  return [...groups.values()].map((group) => group.sort((a, b) => a.turn - b.turn))
}
