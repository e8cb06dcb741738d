import { Button } from '@mantine/core'
import { useState } from 'react'

import type { Reply } from '../../../src-preload/contract/problem'
import { exportAudit } from '../../stores/audit'
import { formatAmount } from '../../ui/format/amount'
import { sayProblem } from '../../ui/words/problems'

type Outcome = Awaited<ReturnType<typeof exportAudit>> extends Reply<infer Value> ? Reply<Value> : never

/** Has main write what the filter shows to a file, and says what became of it. */
export function ExportButton() {
  const [busy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  return (
    <>
      <span role="status">{outcome !== null && <Said outcome={outcome} />}</span>
      <Button
        variant="default"
        loading={busy}
        onClick={() => {
          setBusy(true)
          void exportAudit().then((reply) => {
            setBusy(false)
            setOutcome(reply)
          })
        }}
      >
        Export what is shown
      </Button>
    </>
  )
}

function Said({ outcome }: { readonly outcome: Outcome }) {
  if (!outcome.ok) return <span className="hf-danger">{sayProblem(outcome.problem).what}</span>
  const { written, path } = outcome.value
  if (path === null) return null
  return (
    <span className="hf-dim">
      {formatAmount(String(written))} entries written to <span className="hf-mono">{path}</span>
    </span>
  )
}
