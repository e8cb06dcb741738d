import { useState } from 'react'

import type { Problem } from '../../src-preload/contract/problem'
import type { SecureAnswer } from '../../src-preload/contract/secure'
import { answerTask } from './api'

/** Sends an answer once at a time, and keeps what was wrong with the last one. */
export function useAnswer(): { readonly problem: Problem | null; readonly busy: boolean; readonly send: (answer: SecureAnswer) => void } {
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  return {
    problem,
    busy,
    send: (answer) => {
      setBusy(true)
      setProblem(null)
      void answerTask(answer).then((found) => {
        setBusy(false)
        setProblem(found)
      })
    },
  }
}
