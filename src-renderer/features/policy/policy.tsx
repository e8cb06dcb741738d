import './policy.css'

import { Skeleton } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

import type { PoliciesView, PolicyKind } from '../../../src-preload/contract/policy'
import type { Problem, Reply } from '../../../src-preload/contract/problem'
import { hrefOf } from '../../stores/navigation'
import { importPolicy, refreshPolicies, startPolicies, usePolicy, versionOf } from '../../stores/policy'
import { known } from '../../stores/remote'
import { SaidNotice } from '../../ui/notice'
import { ScreenHead } from '../../ui/panel'
import { Unread } from '../../ui/unread'
import { sayProblem } from '../../ui/words/problems'
import { History } from './history'
import { PolicyCard, type ImportFrom } from './policy-card'
import { Propose, type Start } from './propose'

/** What may be traded and signed: both policies side by side, how they came about, and how they are changed. */
export function Policy() {
  const remote = usePolicy((state) => state.policies)
  const view = known(remote)
  useEffect(startPolicies, [])
  return (
    <div className="hf-policy">
      <a className="hf-policy__back" href={hrefOf('settings')}>
        <IconArrowLeft size={14} aria-hidden /> Settings
      </a>
      <ScreenHead title="Policy" about="What may be traded and signed. Both must allow it. What either cannot read is refused." />
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshPolicies} />}
      {view === null ? remote.kind === 'loading' && <Skeleton h={480} /> : <Shown view={view} />}
    </div>
  )
}

function Shown({ view }: { readonly view: PoliciesView }) {
  const [start, setStart] = useState<Start | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const begin = async (reading: Promise<Reply<Omit<Start, 'review'>>>) => {
    setProblem(null)
    const read = await reading
    if (read.ok) setStart({ ...read.value, review: true })
    else if (read.problem.code !== 'CANCELED_BY_USER') setProblem(read.problem)
  }
  const change = (which: PolicyKind) => {
    const proposal = proposalInForce(view, which)
    if (proposal !== null) setStart({ proposal, skipped: [], review: false })
  }
  return (
    <>
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
      <div className="hf-policy__columns">
        {(['trading', 'signing'] as const).map((which) => (
          <PolicyCard
            key={which}
            which={which}
            view={view}
            onChange={() => change(which)}
            onImport={(from: ImportFrom) => void begin(importPolicy(which, from))}
          />
        ))}
      </div>
      <History
        view={view}
        onRestore={(which, version) =>
          void begin(
            versionOf(which, version).then((reply) => (reply.ok ? { ok: true, value: { proposal: reply.value, skipped: [] } } : reply)),
          )
        }
      />
      {start !== null && <Propose start={start} view={view} onClose={() => setStart(null)} />}
    </>
  )
}

function proposalInForce({ trading, signing }: PoliciesView, which: PolicyKind): Start['proposal'] | null {
  if (which === 'trading') return trading.policy === null ? null : { which, policy: trading.policy }
  return signing.policy === null ? null : { which, policy: signing.policy }
}
