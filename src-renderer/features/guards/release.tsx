import { Button, Checkbox, Skeleton, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconCircleCheckFilled, IconCircleDotted, IconCircleXFilled, IconUserCheck } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

import type { KillSwitchView, ReleaseCheckView } from '../../../src-preload/contract/guards'
import type { Problem } from '../../../src-preload/contract/problem'
import { cancelRelease, refreshChecks, release, useGuards } from '../../stores/guards'
import { hrefOf } from '../../stores/navigation'
import { known } from '../../stores/remote'
import { refreshWatch } from '../../stores/watch'
import { Notice, SaidNotice } from '../../ui/notice'
import { Panel } from '../../ui/panel'
import { CHECK_STATUS_WORDS, RELEASE_CHECK_WORDS } from '../../ui/words/halts'
import { spellRecordCodes } from '../../ui/words/record-codes'
import { sayProblem } from '../../ui/words/problems'
import { ReleaseStages, Verified, type StageState } from './release-stages'
import { UnknownOrders } from './unknown-orders'

const POLL_MS = 2_000

type CheckId = ReleaseCheckView['id']

interface Draft {
  readonly reason: string
  readonly acknowledged: readonly CheckId[]
}

/** The way back from a halt, in three stages: a checklist that fills itself, authority shown in a window of its own, and a look at what came of it. */
export function Release({ state }: { readonly state: Extract<KillSwitchView['state'], 'triggered' | 'recovery-pending'> }) {
  const checks = useGuards((each) => known(each.checks))
  const [problem, setProblem] = useState<Problem | null>(null)
  const [asking, setAsking] = useState(false)
  const verification = useGuards((each) => each.verification)
  const form = useForm<Draft>({
    initialValues: { reason: '', acknowledged: [] },
    validate: { reason: (value) => (value.trim() === '' ? 'Say why it is safe to trade again. It is recorded.' : null) },
  })
  useEffect(() => {
    void refreshChecks()
    void refreshWatch()
    const timer = setInterval(() => void refreshChecks(), POLL_MS)
    return () => {
      clearInterval(timer)
    }
  }, [])

  const open = (checks ?? []).filter(({ status }) => status === 'blocked' || status === 'unknown')
  const left = open.filter(({ id }) => !form.values.acknowledged.includes(id))
  const submit = form.onSubmit(({ reason, acknowledged }) => {
    setAsking(true)
    void release(reason.trim(), [...acknowledged]).then((outcome) => {
      setAsking(false)
      setProblem(outcome)
    })
  })
  const cleared: boolean = checks !== null && left.length === 0
  const failed = verification.filter(({ ok }) => !ok)
  const authorising = asking || state === 'recovery-pending'
  const states = {
    validation: (cleared ? 'done' : 'now') satisfies StageState,
    authorisation: (!cleared ? 'waiting' : failed.length > 0 && !authorising ? 'done' : 'now') satisfies StageState,
    verification: (failed.length > 0 && !authorising ? 'failed' : 'waiting') satisfies StageState,
  } as const
  return (
    <Panel className="hf-guards__tall" title="Release the halt">
      <form className="hf-release" onSubmit={submit}>
        <ReleaseStages states={states} />
        {failed.length > 0 && (
          <Notice tone="danger" title="The state after the release was not as it should be, so trading was halted again." live="alert">
            <Verified items={verification} />
          </Notice>
        )}
        {checks === null ? (
          <Skeleton h={180} />
        ) : (
          <ul className="hf-checks">
            {checks.map((check) => (
              <Check
                key={check.id}
                check={check}
                acknowledged={form.values.acknowledged.includes(check.id)}
                onAcknowledge={(on) =>
                  form.setFieldValue('acknowledged', (before) => (on ? [...before, check.id] : before.filter((each) => each !== check.id)))
                }
              />
            ))}
          </ul>
        )}
        <Textarea
          label="Reason"
          description="Why it is safe to trade again. It is kept in the audit log."
          autosize
          minRows={2}
          maxLength={500}
          {...form.getInputProps('reason')}
        />
        {problem !== null && problem.code === 'CANCELED_BY_USER' ? (
          <SaidNotice tone="attention" said={{ what: 'The recovery key was not entered.', means: 'Trading stays halted.', now: '' }} />
        ) : (
          problem !== null && <SaidNotice said={sayProblem(problem)} />
        )}
        <div className="hf-release__actions">
          <Button type="submit" loading={asking} disabled={checks === null || left.length > 0} aria-describedby="release-why">
            Release the halt
          </Button>
          {state === 'recovery-pending' && (
            <Button variant="default" onClick={() => void cancelRelease().then(setProblem)}>
              Keep it halted
            </Button>
          )}
          <span id="release-why" className="hf-dim" role="status">
            {checks === null
              ? 'Reading the checks.'
              : left.length > 0
                ? `${left.length} of ${checks.length} checks ${left.length === 1 ? 'stands' : 'stand'} in the way.`
                : 'All checks are cleared. A small window will ask who allows it.'}
          </span>
        </div>
      </form>
    </Panel>
  )
}

interface CheckProps {
  readonly check: ReleaseCheckView
  readonly acknowledged: boolean
  readonly onAcknowledge: (on: boolean) => void
}

function Check({ check: { id, status, detail }, acknowledged, onAcknowledge }: CheckProps) {
  const { name, doNow, where, acknowledge } = RELEASE_CHECK_WORDS[id]
  const cleared = status === 'ok' || status === 'acknowledged'
  return (
    <li className={`hf-check hf-check--${acknowledged && !cleared ? 'acknowledged' : status}`}>
      <Mark status={acknowledged && !cleared ? 'acknowledged' : status} />
      <div>
        <strong>{name}</strong>
        <span className="hf-hidden">: {CHECK_STATUS_WORDS[status]}</span> <span className="hf-dim">{spellRecordCodes(detail)}</span>
        {!cleared && (
          <div>
            {doNow}
            {where !== undefined && (
              <>
                {' '}
                <a className="hf-link" href={hrefOf(where)}>
                  {where === 'audit' ? 'Audit screen' : 'Signers screen'}
                </a>
              </>
            )}
          </div>
        )}
        {id === 'no-unknown-orders' && <UnknownOrders onExplained={() => void refreshChecks()} />}
        {!cleared && acknowledge !== null && (
          <Checkbox
            mt="xs"
            size="xs"
            label={acknowledge}
            checked={acknowledged}
            onChange={(event) => onAcknowledge(event.currentTarget.checked)}
          />
        )}
      </div>
    </li>
  )
}

function Mark({ status }: { readonly status: ReleaseCheckView['status'] }) {
  if (status === 'ok') return <IconCircleCheckFilled size={18} aria-hidden />
  if (status === 'acknowledged') return <IconUserCheck size={18} aria-hidden />
  if (status === 'blocked') return <IconCircleXFilled size={18} aria-hidden />
  return <IconCircleDotted size={18} aria-hidden />
}
