import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'

import type { Problem } from '../../../../src-preload/contract/problem'
import type { OfferedAccountView } from '../../../../src-preload/contract/signers'
import { compareAddress } from '../../../stores/device-prompt'
import { verifyAddress } from '../../../stores/signers'
import { AddressGroups } from '../../../ui/address-groups'
import { Notice, SaidNotice } from '../../../ui/notice'
import { Panel } from '../../../ui/panel'
import { sayProblem } from '../../../ui/words/problems'
import { StepFoot } from './step-foot'
import { unlessStopped } from './unless-stopped'

interface Props {
  readonly account: OfferedAccountView
  readonly onBack: () => void
  readonly onConfirmed: () => void
}

/** Has the device show the address, which a person compares with the one here: a computer that lies cannot lie on the device's own screen. */
export function CompareStep({ account, onBack, onConfirmed }: Props) {
  const [busy, setBusy] = useState(false)
  const [rejected, setRejected] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  // What the device is about to show stands beside the picture of it.
  useEffect(() => {
    compareAddress(account.address)
    return () => compareAddress(null)
  }, [account.address])
  const show = () => {
    setBusy(true)
    setRejected(false)
    setProblem(null)
    void verifyAddress(account.config, account.address).then((reply) => {
      setBusy(false)
      if (!reply.ok) setProblem(unlessStopped(reply.problem))
      else if (reply.value.confirmed) onConfirmed()
      else setRejected(true)
    })
  }
  return (
    <Panel title="Compare the address on the device">
      <div className="hf-wizard__fields">
        <p>
          The device shows the address on its own screen, where no program on this computer can change it. Approve there only if every group
          is the same.
        </p>
        <AddressGroups address={account.address} />
        {rejected && (
          <Notice tone="danger" live="alert" title="You rejected the address on the device.">
            If it was not the one above, something on this computer shows wrong addresses. Do not send funds to it. Nothing was kept.
          </Notice>
        )}
        {problem !== null && <SaidNotice said={sayProblem(problem)} tone="attention" />}
        <StepFoot onBack={onBack}>
          <Button loading={busy} onClick={show}>
            Show it on the device
          </Button>
        </StepFoot>
      </div>
    </Panel>
  )
}
