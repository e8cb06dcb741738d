import { createContext, useContext, useState } from 'react'

import type { Problem } from '../../src-preload/contract/problem'
import type { SecureAnswer, SecureTask } from '../../src-preload/contract/secure'
import { answerTask } from './api'

/** Shows what main asks next in the same window. */
export const NextTask = createContext<(task: SecureTask) => void>(() => undefined)

/** Sends an answer once at a time, and keeps what was wrong with the last one; what main asks next is shown in its place. */
export function useAnswer(): { readonly problem: Problem | null; readonly busy: boolean; readonly send: (answer: SecureAnswer) => void } {
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const showNext = useContext(NextTask)
  return {
    problem,
    busy,
    send: (answer) => {
      setBusy(true)
      setProblem(null)
      void answerTask(answer).then(({ problem: found, next }) => {
        setBusy(false)
        setProblem(found)
        if (next !== null) showNext(next)
      })
    },
  }
}
