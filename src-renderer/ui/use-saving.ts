import { useState } from 'react'

import type { Problem } from '../../src-preload/contract/problem'

/** A form that is being saved: whether it is under way, and why it was refused. */
export interface Saving {
  readonly saving: boolean
  readonly problem: Problem | null
  /** Saves; a refusal stays to be read, and nothing else is done by it. */
  readonly save: (act: () => Promise<Problem | null>) => Promise<void>
}

/** For a form that closes once it is saved. */
export function useSaving(onSaved: () => void): Saving {
  const [saving, setSaving] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const save = async (act: () => Promise<Problem | null>): Promise<void> => {
    setSaving(true)
    const refused = await act()
    setSaving(false)
    setProblem(refused)
    if (refused === null) onSaved()
  }
  return { saving, problem, save }
}
