import { Button } from '@mantine/core'
import { useState } from 'react'

import type { Problem } from '../../../../src-preload/contract/problem'
import type { SignerConfigView } from '../../../../src-preload/contract/signers'
import { makeSharedKey } from '../../../stores/signers'
import { Notice, SaidNotice } from '../../../ui/notice'
import { sayProblem } from '../../../ui/words/problems'
import { unlessStopped } from './unless-stopped'

interface Props {
  readonly config: Extract<SignerConfigView, { kind: 'mpc_2pc' }>
  readonly onMade: () => void
}

/** The parties have no key yet: they may make one together, in shares, each of which stays with its party. */
export function SharedKey({ config, onMade }: Props) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const make = () => {
    setBusy(true)
    setProblem(null)
    void makeSharedKey(config).then((reply) => {
      setBusy(false)
      if (!reply.ok) setProblem(unlessStopped(reply.problem))
      else if (reply.value.address !== null) onMade()
    })
  }
  return (
    <>
      <Notice
        tone="info"
        title="The two parties have no key yet."
        actions={
          <Button size="compact-sm" loading={busy} onClick={make}>
            Make the key…
          </Button>
        }
      >
        They can make one now: each party makes its share and keeps it, and nobody ever holds the whole. Back both shares up, apart from
        each other.
      </Notice>
      {problem !== null && <SaidNotice said={sayProblem(problem)} tone="attention" />}
    </>
  )
}
