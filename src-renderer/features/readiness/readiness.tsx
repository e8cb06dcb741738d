import './readiness.css'

import { Button, Skeleton } from '@mantine/core'
import { IconArrowLeft, IconCircleCheckFilled, IconCircleDashed, IconCircleXFilled, IconHelpCircleFilled } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

import type { Problem } from '../../../src-preload/contract/problem'
import type { ReadinessView } from '../../../src-preload/contract/readiness'
import { hrefOf } from '../../stores/navigation'
import { recordReadiness, refreshReadiness, useReadiness } from '../../stores/readiness'
import { known } from '../../stores/remote'
import { Notice, SaidNotice } from '../../ui/notice'
import { Panel, ScreenHead } from '../../ui/panel'
import { Unread } from '../../ui/unread'
import { Happened } from '../../ui/values'
import { sayProblem } from '../../ui/words/problems'
import { READINESS_GROUPS, READINESS_STATE_WORDS, sayReadiness } from '../../ui/words/readiness'

type Check = ReadinessView['checks'][number]

/** What must be so before real money is traded: a checklist that fills itself. Nothing on it can be ticked. */
export function Readiness() {
  const remote = useReadiness((state) => state.report)
  const [busy, setBusy] = useState<'looking' | 'recording' | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [recorded, setRecorded] = useState(false)
  useEffect(() => {
    void refreshReadiness()
  }, [])
  const report = known(remote)
  const look = () => {
    setBusy('looking')
    setRecorded(false)
    void refreshReadiness(true).finally(() => setBusy(null))
  }
  const record = () => {
    setBusy('recording')
    setProblem(null)
    void recordReadiness()
      .then((outcome) => {
        setProblem(outcome)
        setRecorded(outcome === null)
      })
      .finally(() => setBusy(null))
  }
  return (
    <div className="hf-readiness">
      <a className="hf-readiness__back" href={hrefOf('settings')}>
        <IconArrowLeft size={14} aria-hidden /> Settings
      </a>
      <ScreenHead
        title="Readiness"
        about="What must be so before real money is traded, as Holdfast finds it. Nothing here can be ticked by hand."
      >
        <Button variant="default" loading={busy === 'looking'} disabled={busy !== null} onClick={look}>
          Check again
        </Button>
        <Button variant="default" loading={busy === 'recording'} disabled={busy !== null} onClick={record}>
          Check and keep on record
        </Button>
      </ScreenHead>
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={() => refreshReadiness()} />}
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
      {recorded && (
        <Notice tone="info" title="A copy is in the audit record." live="status">
          <a className="hf-link" href={hrefOf('audit')}>
            The audit record
          </a>
        </Notice>
      )}
      {report === null ? remote.kind !== 'failed' && <Skeletons /> : <Report report={report} />}
    </div>
  )
}

function Skeletons() {
  return (
    <div className="hf-readiness__groups" role="status" aria-label="Readiness is being found out">
      {READINESS_GROUPS.map(({ name, codes }) => (
        <Skeleton key={name} h={64 + 40 * codes.length} />
      ))}
    </div>
  )
}

function Report({ report: { checks, ready, atMs, environment } }: { readonly report: ReadinessView }) {
  const judged = checks.filter(({ state }) => state !== 'not-applicable')
  const passed = judged.filter(({ state }) => state === 'passed').length
  return (
    <>
      <p role="status">
        <strong>{ready ? 'Everything is as it must be.' : `${passed} of ${judged.length} are as they must be.`}</strong>{' '}
        <span className="hf-dim">
          In {environment}, found <Happened atMs={atMs} />.
          {environment === 'live' ? '' : ' Live has its own, and stays locked in this version.'}
        </span>
      </p>
      <div className="hf-readiness__groups">
        {READINESS_GROUPS.map(({ name, codes }) => (
          <Panel key={name} title={name}>
            <ul className="hf-readiness__checks">
              {codes.flatMap((code) => {
                const check = checks.find((each) => each.code === code)
                return check === undefined ? [] : [<Row key={code} check={check} />]
              })}
            </ul>
          </Panel>
        ))}
      </div>
    </>
  )
}

function Row({ check }: { readonly check: Check }) {
  const { name, sentence, mend } = sayReadiness(check)
  return (
    <li className={`hf-readiness--${check.state}`}>
      <Mark state={check.state} />
      <div>
        <strong>{name}</strong>
        <span className="hf-hidden">: {READINESS_STATE_WORDS[check.state]}</span>
        <div className={check.state === 'failed' || check.state === 'unknown' ? undefined : 'hf-dim'}>
          {sentence}
          {mend !== null && (
            <>
              {' '}
              <a className="hf-link" href={hrefOf(mend.screen, mend.item)}>
                {mend.label}
              </a>
            </>
          )}
        </div>
      </div>
    </li>
  )
}

function Mark({ state }: { readonly state: Check['state'] }) {
  if (state === 'passed') return <IconCircleCheckFilled size={18} aria-hidden />
  if (state === 'failed') return <IconCircleXFilled size={18} aria-hidden />
  if (state === 'unknown') return <IconHelpCircleFilled size={18} aria-hidden />
  return <IconCircleDashed size={18} aria-hidden />
}
