import type { SecureTask } from '../../src-preload/contract/secure'
import { SecureForm } from './form'
import { useProof } from './proof'
import { useAnswer } from './use-answer'

/** Unlocks the app: whoever proves who they are goes on record for what is done from now on. */
export function UnlockApp({ task }: { readonly task: Extract<SecureTask, { kind: 'unlock-app' }> }) {
  const { problem, busy, send } = useAnswer()
  const proof = useProof(task.people, task.keysNeeded, {
    requestHash: task.requestHash,
    busy,
    ask: (given) => send({ kind: task.kind, id: task.id, ...given }),
  })
  return (
    <SecureForm
      title="Unlock Holdfast"
      action="Unlock"
      ready={proof.ready}
      busy={busy}
      problem={problem}
      instead={proof.instead}
      onSubmit={() => send({ kind: task.kind, id: task.id, ...proof.take() })}
    >
      <p>
        {task.people.length === 0 && task.keysNeeded === 2
          ? 'Nothing vouches for who may do what, so both recovery keys are asked for.'
          : 'What is done from now on is recorded under your name.'}
      </p>
      {proof.fields}
    </SecureForm>
  )
}
