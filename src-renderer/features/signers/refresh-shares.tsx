import { Button } from '@mantine/core'
import { useState } from 'react'

import type { Problem } from '../../../src-preload/contract/problem'
import { refreshShares } from '../../stores/signers'
import { Notice, SaidNotice } from '../../ui/notice'
import { sayProblem } from '../../ui/words/problems'

/** Has two parties make new shares of the same key: whoever stole an old share holds nothing any more. */
export function RefreshShares({ id }: { readonly id: string }) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [done, setDone] = useState<{ readonly shareId: string | null } | null>(null)
  const refresh = () => {
    setBusy(true)
    setProblem(null)
    setDone(null)
    void refreshShares(id).then((reply) => {
      setBusy(false)
      if (!reply.ok) setProblem(reply.problem.code === 'CANCELED_BY_USER' ? null : reply.problem)
      else if (reply.value.done) setDone(reply.value)
    })
  }
  return (
    <>
      <Button variant="default" loading={busy} onClick={refresh}>
        New shares…
      </Button>
      {problem !== null && <SaidNotice said={sayProblem(problem)} tone="attention" />}
      {done !== null && (
        <Notice tone="good" live="status" title="The parties hold new shares of the same key.">
          {`Same address, proven by a signature${done.shareId === null ? '' : `; the pair is called ${done.shareId} now`}. Old shares are of no use any more: delete their backups and make new ones.`}
        </Notice>
      )}
    </>
  )
}
