import { Button, Progress, Skeleton } from '@mantine/core'
import { useState } from 'react'

import type { ChainStatus } from '../../../src-preload/contract/audit'
import type { Problem } from '../../../src-preload/contract/problem'
import { cancelVerify, refreshAuditStatus, reloadAudit, useAudit, verifyAudit } from '../../stores/audit'
import { go } from '../../stores/navigation'
import { known } from '../../stores/remote'
import { formatAmount } from '../../ui/format/amount'
import { dayAndTimeInZone } from '../../ui/format/time'
import { SaidNotice } from '../../ui/notice'
import { Tag, type TagTone } from '../../ui/tag'
import { Unread } from '../../ui/unread'
import { useNow } from '../../ui/use-now'
import { sayChain, spellOut } from '../../ui/words/audit'
import { sayProblem } from '../../ui/words/problems'

const TONES: Readonly<Record<ChainStatus['verdict'], { readonly name: string; readonly tone: TagTone }>> = {
  unverified: { name: 'Not verified', tone: 'attention' },
  verifying: { name: 'Verifying', tone: 'going' },
  intact: { name: 'Intact', tone: 'good' },
  sealed: { name: 'Sealed', tone: 'attention' },
  broken: { name: 'Broken', tone: 'bad' },
}

/** How the chain stands, always in view; verifying it, and what is broken where it is. */
export function ChainBar() {
  const remote = useAudit((state) => state.status)
  const total = useAudit((state) => state.total)
  const plain = useAudit(
    ({ filter: { sinceMs, untilMs, categories, severities, type, text } }) =>
      [sinceMs, untilMs, type, text].every((each) => each === null) && categories.length + severities.length === 0,
  )
  const nowMs = useNow()
  const [problem, setProblem] = useState<Problem | null>(null)
  const status = known(remote)
  if (status === null)
    return remote.kind === 'failed' ? <Unread problem={remote.problem} again={refreshAuditStatus} /> : <Skeleton h={36} />
  const fresh = plain && total !== null ? status.entries - total : 0
  return (
    <section className="hf-chain" aria-label="Chain status">
      <div className="hf-chain__line">
        <Tag tone={TONES[status.verdict].tone}>{TONES[status.verdict].name}</Tag>
        <span className="hf-num" role="status">
          {sayChain(status, nowMs)}
        </span>
        {status.anchorLag > 0 && (
          <span
            className="hf-dim hf-num"
            title="The outside anchor moves every 256 entries or every second, and at once on a halt or a signature."
          >
            {formatAmount(String(status.anchorLag))} newer than the anchor outside of the log
          </span>
        )}
        {fresh > 0 && (
          <Button size="compact-xs" variant="subtle" onClick={reloadAudit}>
            Show {formatAmount(String(fresh))} new
          </Button>
        )}
        <span className="hf-chain__actions">
          {status.verdict === 'verifying' ? (
            <Button size="compact-sm" variant="default" onClick={() => void cancelVerify()}>
              Cancel verification
            </Button>
          ) : (
            <Button size="compact-sm" variant="default" onClick={() => void verifyAudit().then(setProblem)}>
              Verify the chain
            </Button>
          )}
        </span>
      </div>
      {status.verdict === 'verifying' && status.progressPct !== null && (
        <Progress value={status.progressPct} size="sm" aria-label="Verification" />
      )}
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
      {status.breaks.length > 0 && <Breaks breaks={status.breaks} />}
      {status.sealed.length > 0 && <Sealed breaks={status.sealed} />}
    </section>
  )
}

function Breaks({ breaks }: { readonly breaks: ChainStatus['breaks'] }) {
  return (
    <div className="hf-chain__breaks" role="alert">
      <strong>The record was changed or lost after it was written. Do not trust entries from the first break on.</strong>
      <ul>
        {breaks.map(({ kind, fromSeq, toSeq, detail }) => (
          <li key={`${kind} ${fromSeq}`}>
            <Place from={fromSeq} to={toSeq} /> {spellOut(kind)}: {detail}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Known damage: it was let be on somebody's word, and has not changed since. */
function Sealed({ breaks }: { readonly breaks: ChainStatus['sealed'] }) {
  return (
    <div className="hf-chain__sealed">
      <strong>Known damage, sealed. It has not changed since.</strong>
      <ul>
        {breaks.map(({ kind, fromSeq, toSeq, sealedAtMs, by, reason }) => (
          <li key={`${kind} ${fromSeq} ${sealedAtMs}`}>
            <Place from={fromSeq} to={toSeq} /> {spellOut(kind)}: sealed {dayAndTimeInZone(sealedAtMs)} by {by.join(' and ')}, {reason}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Place({ from, to }: { readonly from: number; readonly to: number }) {
  return (
    <button type="button" className="hf-link hf-chain__jump hf-num" onClick={() => go('audit', String(from))}>
      {from === to ? `#${from}` : `#${from} to #${to}`}
    </button>
  )
}
