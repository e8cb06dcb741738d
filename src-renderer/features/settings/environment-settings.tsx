import { Button } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useState } from 'react'

import type { AppStatus } from '../../../src-preload/contract/app'
import type { Problem } from '../../../src-preload/contract/problem'
import { switchEnvironment } from '../../stores/settings'
import { useStatus } from '../../stores/status'
import { SaidNotice } from '../../ui/notice'
import { Panel } from '../../ui/panel'
import { ENVIRONMENT_WORDS } from '../../ui/words/environment'
import { sayProblem } from '../../ui/words/problems'

type Environment = AppStatus['environment']
const ENVIRONMENTS = Object.keys(ENVIRONMENT_WORDS) as Environment[]

/** The three separate worlds, and why live is locked where it is. */
export function EnvironmentSettings() {
  const status = useStatus((state) => state.status)
  const [going, setGoing] = useState<Environment | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  if (status === null) return null
  return (
    <Panel title="Environment">
      <ul className="hf-environments">
        {ENVIRONMENTS.map((each) => {
          const here = each === status.environment
          const locks = each === 'live' ? status.liveLocks : []
          return (
            <li key={each}>
              <div>
                <strong>{ENVIRONMENT_WORDS[each].name}</strong>
                <div className="hf-dim">{ENVIRONMENT_WORDS[each].means}</div>
                {locks.length > 0 && (
                  <ul className="hf-environments__locks">
                    {locks.map((lock) => (
                      <li key={lock}>
                        <IconLock size={14} aria-hidden /> {lock}
                      </li>
                    ))}
                  </ul>
                )}
              </div>
              {here ? (
                <span className="hf-environments__here hf-dim">You are here</span>
              ) : (
                <Button
                  className="hf-environments__here"
                  variant="default"
                  disabled={locks.length > 0}
                  loading={going === each}
                  onClick={() => {
                    setGoing(each)
                    void switchEnvironment(each).then((outcome) => {
                      setGoing(null)
                      setProblem(outcome)
                    })
                  }}
                >
                  {locks.length > 0 ? `${each.charAt(0).toUpperCase()}${each.slice(1)} is locked` : `Switch to ${each}`}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
    </Panel>
  )
}
