import type { ChainStatus } from '../../../src-preload/contract/audit'
import type { ChainBreak, SealedBreak } from '../../audit/audit'
import type { OpenEnvironment } from '../compose/compose-environment'

const MOST_BREAKS_SHOWN = 100

/** How the chain of an open environment stands, as a window may see it. */
export function chainStatusView({ audit, verification }: Pick<OpenEnvironment, 'audit' | 'verification'>): ChainStatus {
  const { head, lag } = audit.status()
  const { verdict, report, verifiedAtMs, progressPct } = verification.state
  // What opening found broken is shown from the first moment, not only after somebody asks for a check.
  const atOpening = report === null ? audit.openReport.breaks : []
  return {
    entries: head.seq,
    verdict: verdict === 'unverified' && !audit.openReport.intact ? 'broken' : verdict,
    verifiedAtMs,
    verifiedEntries: report?.entries ?? 0,
    anchorLag: lag ?? 0,
    breaks: (report?.breaks ?? atOpening).slice(0, MOST_BREAKS_SHOWN).map(breakView),
    sealed: (report?.sealed ?? []).slice(0, MOST_BREAKS_SHOWN).map(sealedView),
    progressPct,
  }
}

function breakView({ kind, fromSeq, toSeq, detail }: ChainBreak): ChainStatus['breaks'][number] {
  return { kind, fromSeq: placeView(fromSeq), toSeq: placeView(toSeq), detail: detail.slice(0, 200) }
}

/** An entry may have been given any number; the detail says exactly which. */
function placeView(seq: number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, seq))
}

function sealedView(found: SealedBreak): ChainStatus['sealed'][number] {
  return {
    ...breakView(found),
    sealedAtMs: found.sealedAtMs,
    by: found.by.map((name) => name.slice(0, 200)),
    reason: found.reason.slice(0, 200),
  }
}
