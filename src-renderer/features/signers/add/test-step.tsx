import { Button } from '@mantine/core'
import { useState } from 'react'

import type { Problem } from '../../../../src-preload/contract/problem'
import { go } from '../../../stores/navigation'
import { known } from '../../../stores/remote'
import { testSigner, unlockSigner, useSigners } from '../../../stores/signers'
import { Notice, SaidNotice } from '../../../ui/notice'
import { Panel } from '../../../ui/panel'
import { sayProblem } from '../../../ui/words/problems'
import { Tested } from '../tested'
import { StepFoot } from './step-foot'

/** The end: a signature of something harmless, verified, with the time that it took. */
export function TestStep({ id }: { readonly id: string }) {
  const signer = useSigners(({ signers }) => known(signers)?.find((each) => each.id === id))
  const [busy, setBusy] = useState(false)
  const [tested, setTested] = useState<{ readonly ok: boolean; readonly latencyMs: number } | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const test = () => {
    setBusy(true)
    setProblem(null)
    void testSigner(id).then((reply) => {
      setBusy(false)
      if (reply.ok) setTested(reply.value)
      else setProblem(reply.problem)
    })
  }
  const unlock = () => {
    setBusy(true)
    void unlockSigner(id).then((refused) => {
      setBusy(false)
      setProblem(refused?.code === 'CANCELED_BY_USER' ? null : refused)
    })
  }
  const locked = signer?.status === 'locked'
  return (
    <Panel title="A test signature">
      <div className="hf-wizard__fields">
        <Notice tone="good" live="status" title={signer === undefined ? 'It is added.' : `${signer.label} is added.`}>
          Now let it sign something harmless: a transaction to itself, of no value, that no chain would take. It is verified and thrown
          away.
        </Notice>
        {signer?.attended === true && tested === null && <p>You will be asked to confirm it on the device.</p>}
        {tested !== null && <Tested {...tested} />}
        {problem !== null && <SaidNotice said={sayProblem(problem)} tone="attention" />}
        <StepFoot>
          {tested?.ok !== true && (
            <Button variant="default" disabled={busy} onClick={() => go('signers')}>
              Test it later
            </Button>
          )}
          {locked ? (
            <Button loading={busy} onClick={unlock}>
              Unlock signer
            </Button>
          ) : (
            <Button variant={tested?.ok === true ? 'default' : 'filled'} loading={busy} onClick={test}>
              {tested === null ? 'Test signature' : 'Test again'}
            </Button>
          )}
          {tested?.ok === true && (
            <Button disabled={busy} onClick={() => go('signers')}>
              Done
            </Button>
          )}
        </StepFoot>
      </div>
    </Panel>
  )
}
