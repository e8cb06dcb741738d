import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'

import type { SecureTask } from '../../src-preload/contract/secure'
import { spellRecordCodes } from '../ui/words/record-codes'
import { ACT_WORDS } from './act-words'
import { SecureForm } from './form'
import { useProof } from './proof'
import { useAnswer } from './use-answer'

type Task = Extract<SecureTask, { kind: 'authorise' }>

/** Asks for the approvals that an act needs, one after another; shows what main says of the act, not what the big window does. */
export function Authorise({ task }: { readonly task: Task }) {
  const words = ACT_WORDS[task.act](task.subject)
  const { problem, busy, send } = useAnswer()
  const proof = useProof(task.people, task.keysNeeded, {
    requestHash: task.requestHash,
    busy,
    ask: (given) => send({ kind: task.kind, id: task.id, ...given }),
  })
  const last = task.approvals.given.length + 1 >= task.approvals.needed || (proof.byKeys && task.keysNeeded === 2)
  return (
    <SecureForm
      title={words.title}
      action={last ? words.action : 'Approve'}
      ready={proof.ready}
      busy={busy}
      problem={problem}
      instead={proof.instead}
      onSubmit={() => send({ kind: task.kind, id: task.id, ...proof.take() })}
    >
      <p>
        {words.means} Reason given: <strong>{task.reason}</strong>
      </p>
      {task.changes.length > 0 && (
        <dl className="hf-secure__changes" aria-label="Changes">
          {task.changes.map(({ label, before, after }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                {before !== null && <del>{before}</del>} <ins>{after}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {task.checks.length > 0 && (
        <ul className="hf-secure__checks" aria-label="Checks">
          {task.checks.map(({ label, ok, detail, letBeBy }) => (
            <li key={label}>
              {ok ? <IconCheck size={16} aria-label="In order" /> : <IconAlertTriangle size={16} aria-label="Not in order" />}
              <span>
                <strong>{label}</strong>: {spellRecordCodes(detail)}
                {letBeBy !== undefined && <em>. Let be by {letBeBy}</em>}
              </span>
            </li>
          ))}
        </ul>
      )}
      <Approvals task={task} />
      {proof.fields}
    </SecureForm>
  )
}

/** Who approved, and how many are still missing. Nothing where one is enough. */
function Approvals({ task: { approvals, people } }: { readonly task: Task }) {
  const { needed, given } = approvals
  if (needed === 1) return null
  const missing = needed - given.length
  const names = people.map(({ name }) => name).join(', ')
  return (
    <section className="hf-secure__approvals" aria-label="Approvals" role="status">
      <strong>
        {given.length} of {needed} approvals
      </strong>
      {given.length > 0 && (
        <ul>
          {given.map((name) => (
            <li key={name}>
              <IconCheck size={16} aria-hidden /> {name}
            </li>
          ))}
        </ul>
      )}
      <span className="hf-dim">
        {missing === 1 ? 'One more is missing' : `${missing} more are missing`}
        {names === '' ? '' : `, from ${names}, or by a recovery key`}. Two recovery keys together are always enough.
      </span>
    </section>
  )
}
