import './lock.css'

import { Button } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useState } from 'react'

import type { Problem } from '../../../src-preload/contract/problem'
import { unlockApp, useAuthority } from '../../stores/authority'
import { SaidNotice } from '../../ui/notice'
import { sayProblem } from '../../ui/words/problems'

/** All that the window shows while the app is locked, below the status strip: halting works, everything else waits. */
export function LockScreen() {
  const verified = useAuthority(({ session }) => session?.verified ?? true)
  const [asking, setAsking] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const unlock = () => {
    setAsking(true)
    void unlockApp().then((outcome) => {
      setAsking(false)
      setProblem(outcome?.code === 'CANCELED_BY_USER' ? null : outcome)
    })
  }
  return (
    <section className="hf-lock" aria-labelledby="locked">
      <IconLock size={40} stroke={1.5} aria-hidden />
      <h1 id="locked">Holdfast is locked</h1>
      <p>
        What is out is still followed. Halting works, here and from the tray, and needs nobody to unlock: press HALT or{' '}
        <kbd>Ctrl+Shift+H</kbd>.
      </p>
      <p className="hf-dim">
        Signers were locked with it. What waits for a signature, such as a cancel on a chain, waits until one is unlocked.
      </p>
      {!verified && (
        <SaidNotice
          tone="attention"
          said={{
            what: 'Nothing vouches for who may do what.',
            means: 'The key of this machine is missing, or a file was changed or is not the latest, so not every name or key is believed.',
            now: 'Unlock with the recovery keys, then see People and keys.',
          }}
        />
      )}
      <Button size="md" autoFocus loading={asking} onClick={unlock}>
        Unlock
      </Button>
      <span className="hf-dim">Your name and password are asked for in a window of their own.</span>
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
    </section>
  )
}
