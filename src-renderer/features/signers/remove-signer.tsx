import { Button, Modal } from '@mantine/core'
import { useEffect, useState } from 'react'

import type { Problem } from '../../../src-preload/contract/problem'
import type { SignerView } from '../../../src-preload/contract/signers'
import { dependantsOf, removeSigner } from '../../stores/signers'
import { Notice, SaidNotice } from '../../ui/notice'
import { sayProblem } from '../../ui/words/problems'

interface Dependants {
  readonly openOrders: number
  readonly onlyOneOfItsAddress: boolean
  readonly keyIsHere: boolean
}
interface Props {
  readonly signer: SignerView
  readonly opened: boolean
  readonly onClose: () => void
}

/** Takes a signer out, once it was said what depends on it. */
export function RemoveSigner({ signer, opened, onClose }: Props) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`Remove ${signer.label}`}
      centered
      size="lg"
      zIndex={300}
      closeButtonProps={{ 'aria-label': 'Close' }}
      classNames={{ inner: 'hf-below-strip', overlay: 'hf-below-strip' }}
    >
      {opened && <Asked signer={signer} onClose={onClose} />}
    </Modal>
  )
}

function Asked({ signer: { id, label }, onClose }: Omit<Props, 'opened'>) {
  const [dependants, setDependants] = useState<Dependants | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    let here = true
    void dependantsOf(id).then((reply) => {
      if (!here) return
      if (reply.ok) setDependants(reply.value)
      else setProblem(reply.problem)
    })
    return () => {
      here = false
    }
  }, [id])
  const remove = () => {
    setBusy(true)
    void removeSigner(id).then((refused) => {
      setBusy(false)
      if (refused === null) onClose()
      else setProblem(refused.code === 'CANCELED_BY_USER' ? null : refused)
    })
  }
  return (
    <div className="hf-wizard__fields">
      <p>Holdfast forgets how {label} is reached, and the secrets that were typed for it. The key itself stays where it lies.</p>
      {dependants !== null && <Warnings {...dependants} />}
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
      <div className="hf-signer__actions">
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button color="red" loading={busy} disabled={dependants === null || dependants.openOrders > 0} onClick={remove}>
          Remove…
        </Button>
      </div>
    </div>
  )
}

function Warnings({ openOrders, onlyOneOfItsAddress, keyIsHere }: Dependants) {
  return (
    <>
      {openOrders > 0 && (
        <Notice tone="danger" live="alert" title={openOrders === 1 ? 'One open order needs it.' : `${openOrders} open orders need it.`}>
          Nobody else here could cancel or speed them up. Wait for their end, or cancel them first; until then it cannot be removed.
        </Notice>
      )}
      {onlyOneOfItsAddress ? (
        <Notice tone="attention" title="No other signer here holds its address.">
          Afterwards nothing here can trade from that address or move what it holds.
        </Notice>
      ) : (
        <Notice tone="info" title="Another signer holds the same address.">
          It goes on alone; nobody steps in for it any more.
        </Notice>
      )}
      {keyIsHere && (
        <Notice tone="attention" title="The key file stays on this computer.">
          Whoever has the file and its password can sign with it. Move it away yourself if it is not wanted here.
        </Notice>
      )}
    </>
  )
}
