import { Button, Skeleton, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'

import type { PoliciesView, PolicyProposal } from '../../../src-preload/contract/policy'
import type { Problem } from '../../../src-preload/contract/problem'
import type { CallOutput } from '../../api/bridge'
import { changePolicy, comparePolicy } from '../../stores/policy'
import { Notice, SaidNotice } from '../../ui/notice'
import { SideDrawer } from '../../ui/side-drawer'
import { POLICY_WORDS, SKIPPED_WORDS } from '../../ui/words/policy'
import { sayProblem } from '../../ui/words/problems'
import { PolicyForm } from './policy-form'
import { Changes } from './shown'

/** A proposal to begin with: what is in force, what was imported, or an earlier version. */
export interface Start {
  readonly proposal: PolicyProposal
  readonly skipped: CallOutput<'policy.import'>['skipped']
  /** Whether it is reviewed at once, not edited first. */
  readonly review: boolean
}

interface Props {
  readonly start: Start
  readonly view: PoliciesView
  readonly onClose: () => void
}

/** A change of a policy: typed, compared with what is in force, given a reason, and asked for. */
export function Propose({ start, view, onClose }: Props) {
  const [proposal, setProposal] = useState(start.proposal)
  const [reviewing, setReviewing] = useState(start.review)
  const { which } = proposal
  return (
    <SideDrawer title={`Change the ${POLICY_WORDS[which].title.toLowerCase()}`} size={620} onClose={onClose}>
      {reviewing ? (
        <Review proposal={proposal} skipped={start.skipped} view={view} onEdit={() => setReviewing(false)} onClose={onClose} />
      ) : (
        <PolicyForm
          proposal={proposal}
          onReview={(next) => {
            setProposal(next)
            setReviewing(true)
          }}
        />
      )}
    </SideDrawer>
  )
}

interface ReviewProps {
  readonly proposal: PolicyProposal
  readonly skipped: Start['skipped']
  readonly view: PoliciesView
  readonly onEdit: () => void
  readonly onClose: () => void
}

function Review({ proposal, skipped, view, onEdit, onClose }: ReviewProps) {
  const [compared, setCompared] = useState<CallOutput<'policy.compare'> | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [reason, setReason] = useState('')
  const [unsaid, setUnsaid] = useState(false)
  const [saving, setSaving] = useState(false)
  const inForce = view[proposal.which].version
  // Compared anew when somebody else changes it meanwhile; what is asked for is always what was shown, against what it was shown against.
  useEffect(() => {
    let wanted = true
    void comparePolicy(proposal).then((reply) => {
      if (!wanted) return
      if (reply.ok) setCompared(reply.value)
      else setProblem(reply.problem)
    })
    return () => {
      wanted = false
    }
  }, [proposal, inForce])
  const base = compared?.base ?? null
  const ask = async () => {
    setUnsaid(reason.trim() === '')
    if (reason.trim() === '' || base === null) return
    setSaving(true)
    const outcome = await changePolicy(proposal, base, reason.trim())
    setSaving(false)
    setProblem(outcome)
    if (outcome === null) onClose()
  }
  const changes = compared?.changes ?? []
  const loosens = changes.some((change) => change.loosens)
  const asks = loosens || changes.some((change) => change.neededToCancel)
  return (
    <form
      className="hf-policy__form"
      onSubmit={(submitted) => {
        submitted.preventDefault()
        void ask()
      }}
    >
      {skipped.length > 0 && (
        <Notice tone="attention" title="Not everything could be taken over.">
          <ul className="hf-policy__skipped">
            {skipped.map(({ name, why }) => (
              <li key={name}>
                <span className="hf-mono">{name}</span>: {SKIPPED_WORDS[why]}.
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {compared === null && problem === null && <Skeleton h={160} />}
      {compared?.wrong != null && (
        <Notice tone="danger" title="This cannot be a policy." live="alert">
          {compared.wrong}
        </Notice>
      )}
      {compared?.wrong === null && changes.length === 0 && <p>Nothing would change.</p>}
      {changes.length > 0 && (
        <>
          <p>
            {loosens
              ? 'Before and after, in one list. Something gets looser, so a small window asks for your authority.'
              : asks
                ? 'Before and after, in one list. Cancels need what is taken away, so a small window asks for your authority.'
                : 'Before and after, in one list. It only gets tighter, so it counts at once.'}
          </p>
          <Changes which={proposal.which} changes={changes} names={view.names} />
          <TextInput
            label="Reason"
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            error={unsaid && reason.trim() === '' ? 'Say why. It is recorded.' : null}
          />
        </>
      )}
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
      <div className="hf-policy__buttons">
        <Button variant="default" onClick={onEdit}>
          Edit
        </Button>
        {changes.length > 0 && (
          <Button type="submit" loading={saving}>
            {asks ? 'Ask for the change' : 'Change the policy'}
          </Button>
        )}
      </div>
    </form>
  )
}
