import { Button } from '@mantine/core'
import { useState } from 'react'

import type { Problem } from '../../src-preload/contract/problem'
import { SaidNotice, type NoticeTone } from './notice'
import { sayProblem } from './words/problems'

interface Props {
  readonly problem: Problem
  /** Asks main once more. */
  readonly again: () => Promise<unknown>
  readonly tone?: NoticeTone
}

/** Something could not be read: why, where it would stand, and the way to ask again. */
export function Unread({ problem, again, tone = 'danger' }: Props) {
  const [asking, setAsking] = useState(false)
  const ask = () => {
    setAsking(true)
    void again().finally(() => {
      setAsking(false)
    })
  }
  return (
    <SaidNotice
      said={sayProblem(problem)}
      tone={tone}
      actions={
        <Button size="compact-sm" variant="default" loading={asking} onClick={ask}>
          Read it again
        </Button>
      }
    />
  )
}
