import { Button } from '@mantine/core'
import type { ReactNode } from 'react'

import type { Problem } from '../../src-preload/contract/problem'
import { SaidNotice } from '../ui/notice'
import type { Said } from '../ui/words/said'
import { sayProblem } from '../ui/words/problems'
import { cancelTask } from './api'

interface Props {
  readonly title: string
  readonly action: string
  readonly ready: boolean
  readonly busy: boolean
  readonly problem: Problem | null
  readonly onSubmit: () => void
  /** Sentences that fit this task better than the general ones. */
  readonly say?: (problem: Problem) => Said | null
  /** Another way to the same end, beside the action. */
  readonly instead?: ReactNode
  readonly children: ReactNode
}

/** The frame of every task: a title, its fields, what was wrong, one action and a way out. */
export function SecureForm({ title, action, ready, busy, problem, onSubmit, say, instead, children }: Props) {
  return (
    <form
      className="hf-secure__form"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready && !busy) onSubmit()
      }}
    >
      <h1>{title}</h1>
      {children}
      <div className="hf-secure__actions">
        {problem !== null && <SaidNotice said={say?.(problem) ?? sayProblem(problem)} />}
        <Button type="submit" disabled={!ready} loading={busy}>
          {action}
        </Button>
        <Button variant="subtle" onClick={cancelTask}>
          Cancel
        </Button>
        {instead}
      </div>
    </form>
  )
}
