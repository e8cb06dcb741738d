import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'

import type { ChainStatus } from '../../../src-preload/contract/audit'
import type { AuditLog, ChainBreak, SealedBreak } from '../../audit/audit'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import { describeError } from '../../lib/errors'
import { classifyStorageError } from '../../storage/errors'
import type { AppContext } from '../context'
import { inEnvironment } from './in-environment'

type Names = 'audit.page' | 'audit.entry' | 'audit.types' | 'audit.status' | 'audit.verify' | 'audit.cancelVerify' | 'audit.export'

const MOST_BREAKS_SHOWN = 100

/** Calls about the audit log. Its state of verification lives as long as the open environment. */
export function auditCalls(context: AppContext): Pick<AppCalls, Names> {
  const verifications = new WeakMap<object, Verification>()
  const verificationOf = (log: object): Verification => {
    const known = verifications.get(log) ?? {
      verdict: 'unverified',
      verifiedAtMs: null,
      verifiedEntries: 0,
      breaks: [],
      sealed: [],
      progressPct: null,
      abort: null,
    }
    verifications.set(log, known)
    return known
  }
  return {
    'audit.page': ({ filter, offset, limit }) =>
      inEnvironment(context, async ({ audit }) => {
        const page = await audit.page({ filter, offset, limit })
        return valueReply({ total: page.total, rows: page.rows.map((row) => ({ ...row })) })
      }),
    'audit.entry': ({ seq }) =>
      inEnvironment(context, ({ audit }) => {
        const entry = audit.get(seq)
        if (entry === null) return problemReply('NOT_FOUND')
        const { data, hashHex, prevHashHex, ...row } = entry
        return valueReply({ ...row, dataJson: JSON.stringify(data, null, 2), hash: hashHex, prevHash: prevHashHex })
      }),
    'audit.types': () => inEnvironment(context, async ({ audit }) => valueReply([...(await audit.types())])),
    'audit.status': () => inEnvironment(context, ({ audit }) => valueReply(statusOf(audit, verificationOf(audit)))),
    'audit.verify': () =>
      inEnvironment(context, async ({ audit }) => {
        const verification = verificationOf(audit)
        if (verification.abort !== null) return valueReply(statusOf(audit, verification))
        const abort = new AbortController()
        Object.assign(verification, { verdict: 'verifying', progressPct: 0, abort })
        const tell = (): void => {
          context.desktop.publish('audit.status', statusOf(audit, verification))
        }
        tell()
        try {
          const report = await audit.verify({
            signal: abort.signal,
            onProgress: ({ done, total }) => {
              verification.progressPct = total === 0 ? 100 : Math.min(100, Math.round((done * 100) / total))
              tell()
            },
          })
          // A break that is found halts, whoever looked.
          context.watch()?.auditChecked(report.breaks)
          Object.assign(verification, {
            verdict: report.verdict,
            verifiedAtMs: context.clock.wallMs(),
            verifiedEntries: report.entries,
            breaks: report.breaks.slice(0, MOST_BREAKS_SHOWN).map(breakView),
            sealed: report.sealed.slice(0, MOST_BREAKS_SHOWN).map(sealedView),
          })
        } catch (thrown) {
          verification.verdict = 'unverified'
          if (!abort.signal.aborted) throw thrown
        } finally {
          verification.abort = null
          verification.progressPct = null
          tell()
        }
        return valueReply(statusOf(audit, verification))
      }),
    'audit.cancelVerify': () =>
      inEnvironment(context, ({ audit }) => {
        verificationOf(audit).abort?.abort()
        return valueReply({})
      }),
    'audit.export': ({ filter }) =>
      inEnvironment<{ written: number; path: string | null }>(context, async ({ audit, environment }) => {
        const path = await context.desktop.saveFile('Export the audit log', `holdfast-audit-${environment}.jsonl`)
        if (path === null) return valueReply({ written: 0, path: null })
        const stream = createWriteStream(path, { mode: 0o600 })
        const done = finished(stream)
        done.catch(() => undefined) // awaited below, unless the export itself fails first
        try {
          const summary = await audit.exportJsonl(stream, { filter })
          stream.end()
          await done
          return valueReply({ written: summary.written, path })
        } catch (thrown) {
          stream.destroy()
          // The person chose the place: that it is full or cannot be written is for them to know.
          const known = classifyStorageError(thrown)
          if (known === null) throw thrown
          return problemReply(known.code === 'DISK_FULL' ? 'DISK_FULL' : 'UNREADABLE', { detail: describeError(thrown).slice(0, 500) })
        }
      }),
  }
}

interface Verification {
  verdict: ChainStatus['verdict']
  verifiedAtMs: number | null
  verifiedEntries: number
  breaks: ChainStatus['breaks']
  sealed: ChainStatus['sealed']
  progressPct: number | null
  abort: AbortController | null
}

function statusOf(audit: AuditLog, verification: Verification): ChainStatus {
  const { head, lag } = audit.status()
  // What opening found broken is shown from the first moment, not only after somebody asks for a check.
  const foundAtOpening = verification.verdict === 'unverified' && !audit.openReport.intact
  return {
    entries: head.seq,
    verdict: foundAtOpening ? 'broken' : verification.verdict,
    verifiedAtMs: verification.verifiedAtMs,
    verifiedEntries: verification.verifiedEntries,
    anchorLag: lag ?? 0,
    breaks: foundAtOpening ? audit.openReport.breaks.map(breakView) : verification.breaks,
    sealed: verification.sealed,
    progressPct: verification.progressPct,
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
