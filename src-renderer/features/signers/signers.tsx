import './signers.css'

import { Skeleton } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'

import { known } from '../../stores/remote'
import { useSigners } from '../../stores/signers'
import { useStatus } from '../../stores/status'
import { Empty } from '../../ui/empty'
import { SaidNotice } from '../../ui/notice'
import { ScreenHead } from '../../ui/panel'
import { sayProblem } from '../../ui/words/problems'
import { AddSigner } from './add-signer'
import { SignerCard } from './signer-card'

/** The keys that can sign, how they are doing, and how to add one. */
export function Signers() {
  const remote = useSigners((state) => state.signers)
  const paper = useStatus(({ status }) => status?.environment === 'paper')
  const signers = known(remote)
  return (
    <div className="hf-signers">
      <ScreenHead
        title="Signers"
        about="Keys stay in encrypted files of your own. Passwords and keys are typed only in a small window of their own."
      />
      {remote.kind === 'failed' && <SaidNotice said={sayProblem(remote.problem)} />}
      <div className="hf-signers__grid">
        <div className="hf-signers__cards">
          {signers === null && remote.kind === 'loading' && (
            <div role="status" aria-label="Signers are loading">
              <Skeleton h={180} />
            </div>
          )}
          {signers?.length === 0 && (
            <Empty icon={<IconKey size={32} />} title="No signer yet">
              {paper
                ? 'Paper trading needs none. For a chain, create a key or import one here.'
                : 'Create a key, or import one you already have. It ends with a test signature.'}
            </Empty>
          )}
          {signers?.map((signer) => (
            <SignerCard key={signer.id} signer={signer} />
          ))}
        </div>
        <AddSigner />
      </div>
    </div>
  )
}
