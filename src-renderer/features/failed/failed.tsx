import './failed.css'

import { Button } from '@mantine/core'
import { IconDatabaseOff } from '@tabler/icons-react'
import { useState } from 'react'

import type { Problem } from '../../../src-preload/contract/problem'
import { switchEnvironment } from '../../stores/settings'
import { useStatus } from '../../stores/status'
import { SaidNotice } from '../../ui/notice'
import { Facts } from '../../ui/panel'
import { ENVIRONMENT_WORDS } from '../../ui/words/environment'
import { sayProblem } from '../../ui/words/problems'

/** The environment could not be opened: what that means and what to do, and nothing else that could be mistaken for working. */
export function Failed() {
  const status = useStatus((state) => state.status)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [trying, setTrying] = useState(false)
  if (status === null) return null
  const { environment } = status
  const failure: Problem = status.failure ?? { code: 'INTERNAL', figures: {} }
  const { what, means, now } = sayProblem(failure)
  const open = (wanted: typeof environment) => {
    setTrying(true)
    void switchEnvironment(wanted).then((outcome) => {
      setTrying(false)
      setProblem(outcome)
    })
  }
  return (
    <div className="hf-failed" role="alert">
      <IconDatabaseOff size={40} stroke={1.5} aria-hidden className="hf-danger" />
      <h1>{ENVIRONMENT_WORDS[environment].name.toLowerCase()} could not be opened</h1>
      <p>
        <strong>{what}</strong>
      </p>
      <p>{means}</p>
      <p>{now}</p>
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
      <div className="hf-failed__actions">
        <Button loading={trying} onClick={() => open(environment)}>
          Try again
        </Button>
        {environment !== 'paper' && (
          <Button variant="default" onClick={() => open('paper')}>
            Open the paper environment instead
          </Button>
        )}
      </div>
      <details>
        <summary>For support</summary>
        <Facts
          facts={[
            { label: 'Code', value: <code>{failure.code}</code> },
            ...Object.entries(failure.figures).map(([label, value]) => ({ label, value })),
            { label: 'Holdfast', value: status.version },
            { label: 'Electron', value: status.electron },
          ]}
        />
      </details>
    </div>
  )
}
