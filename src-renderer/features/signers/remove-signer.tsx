import { Button, Modal } from '@mantine/core'
import { useEffect, useState } from 'react'

import type { Problem } from '../../../src-preload/contract/problem'
import type { SignerView } from '../../../src-preload/contract/signers'
import { dependantsOf, removeSigner, type SignerDependants } from '../../stores/signers'
import { Notice, SaidNotice } from '../../ui/notice'
import { sayProblem } from '../../ui/words/problems'

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
  const [dependants, setDependants] = useState<SignerDependants | null>(null)
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

function Warnings({ openOrders, onlyOneOfItsAddress, keyIsHere, people, onlyKeysLeft }: SignerDependants) {
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
      {people.length > 0 && (
        <Notice tone="attention" title={`It is the second factor of ${listed(people.map(({ name }) => name))}.`}>
          {factorGone(people)}
          {onlyKeysLeft && ' Afterwards only a recovery key unlocks Holdfast here: have one at hand, or add an authenticator first.'}
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

/** What whoever has it as a second factor can do then. */
function factorGone(people: SignerDependants['people']): string {
  const without = people.filter(({ hasAuthenticator }) => !hasAuthenticator).map(({ name }) => name)
  if (without.length === 0) return 'Their authenticator goes on; the device is asked for no more.'
  return `${listed(without)} can neither unlock nor approve anything here without another second factor.`
}

function listed(names: readonly string[]): string {
  return new Intl.ListFormat('en').format(names)
}
