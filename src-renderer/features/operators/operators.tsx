import './operators.css'

import { Button, Skeleton } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

import type { AuthorityView } from '../../../src-preload/contract/authority'
import type { Problem } from '../../../src-preload/contract/problem'
import { changeAuthority, lockApp, refreshAuthority, useAuthority } from '../../stores/authority'
import { hrefOf } from '../../stores/navigation'
import { known } from '../../stores/remote'
import { refreshSigners } from '../../stores/signers'
import { SaidNotice } from '../../ui/notice'
import { ScreenHead } from '../../ui/panel'
import { Unread } from '../../ui/unread'
import { INTEGRITY_WORDS, ROLE_WORDS, WAY_OUT_WORDS } from '../../ui/words/authority'
import { sayProblem } from '../../ui/words/problems'
import type { Act } from './act'
import { People } from './people'
import { RecoveryKeys } from './recovery-keys'
import { Rules } from './rules'

/** Who may do what: people, what each act needs, the lock, and the recovery keys. */
export function Operators() {
  const remote = useAuthority((state) => state.view)
  const session = useAuthority((state) => state.session)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => {
    void refreshAuthority()
    void refreshSigners()
  }, [])
  const act: Act = (work) => {
    setProblem(null)
    void work.then((outcome) => setProblem(outcome?.code === 'CANCELED_BY_USER' ? null : outcome))
  }
  const view = known(remote)
  return (
    <div className="hf-operators">
      <a className="hf-operators__back" href={hrefOf('settings')}>
        <IconArrowLeft size={14} aria-hidden /> Settings
      </a>
      <ScreenHead
        title="People and keys"
        about={
          session === null
            ? undefined
            : `You are ${session.actor}${session.canLock ? `, ${ROLE_WORDS[session.role].name.toLowerCase()}` : ''}.`
        }
      >
        {session?.canLock === true && (
          <Button variant="default" onClick={() => act(lockApp())}>
            Lock now
          </Button>
        )}
      </ScreenHead>
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshAuthority} />}
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
      {view === null ? remote.kind === 'loading' && <Skeleton h={420} /> : <Shown view={view} act={act} />}
    </div>
  )
}

function Shown({ view, act }: { readonly view: AuthorityView; readonly act: Act }) {
  return (
    <>
      <Integrity view={view} act={act} />
      <div className="hf-operators__columns">
        <div>
          <People view={view} act={act} />
          <RecoveryKeys view={view} act={act} />
        </div>
        <Rules key={JSON.stringify([view.acts, view.secondFactor, view.lockAfterMinutes])} view={view} act={act} />
      </div>
    </>
  )
}

function Integrity({ view: { integrity, wayOut }, act }: { readonly view: AuthorityView; readonly act: Act }) {
  if (integrity === 'verified') return null
  return (
    <SaidNotice
      said={{ ...INTEGRITY_WORDS[integrity], now: WAY_OUT_WORDS[wayOut ?? 'put-back'] }}
      actions={
        wayOut === 'vouch-anew' ? (
          <Button variant="default" onClick={() => act(changeAuthority('authority.vouchAnew', {}))}>
            Vouch for the keys anew…
          </Button>
        ) : wayOut === 'new-keys' ? (
          <Button variant="default" onClick={() => act(changeAuthority('authority.replaceRecoveryKeys', { ids: [], expiresAtMs: null }))}>
            Make new recovery keys…
          </Button>
        ) : undefined
      }
    />
  )
}
