import { useState } from 'react'

import type { Problem } from '../../../src-preload/contract/problem'
import type { SignerView } from '../../../src-preload/contract/signers'
import { setTurns } from '../../stores/signers'
import { SaidNotice } from '../../ui/notice'
import { Hex } from '../../ui/values'
import { sayProblem } from '../../ui/words/problems'
import { SignerCard } from './signer-card'

/** The signers of one address, in the order in which they are asked. */
export function AddressGroup({ signers }: { readonly signers: readonly SignerView[] }) {
  const [problem, setProblem] = useState<Problem | null>(null)
  const [first] = signers
  if (first === undefined) return null
  const cards = signers.map((signer, index) => (
    <SignerCard
      key={signer.id}
      signer={signer}
      turns={{
        of: signers.length,
        move: (by) => {
          setProblem(null)
          void setTurns(moved(signers, index, index + by)).then((refused) => {
            setProblem(refused?.code === 'CANCELED_BY_USER' ? null : refused)
          })
        },
      }}
    />
  ))
  if (signers.length === 1) return <>{cards}</>
  return (
    <section className="hf-signers__group" aria-label={`Signers of ${first.address}`}>
      <header>
        <h2>{signers.length} signers hold one address</h2>
        <Hex value={first.address} what="address" />
        <p className="hf-dim">
          The first is asked. Another one is asked only when it is certain that the one before it has not signed and cannot; each switch is
          on record.
        </p>
      </header>
      {problem !== null && <SaidNotice said={sayProblem(problem)} tone="attention" />}
      {cards}
    </section>
  )
}

/** The ids with one of them at another place. */
export function moved(signers: readonly SignerView[], from: number, to: number): readonly string[] {
  const ids = signers.map(({ id }) => id)
  const [taken] = ids.splice(from, 1)
  if (taken !== undefined) ids.splice(to, 0, taken)
  return ids
}
