import type { Database } from '../storage/database'
import type { AnchorReading } from './anchor'
import { AuditError, type AuditHead, type ObservedBreak, SEAL_AUTHORITIES, type SealRequest, type VerifyOptions } from './audit'
import type { AuditKeys } from './keys'
import { sealabilityOf, sealFacts } from './seal-record'
import { checkChain } from './verify-chain'
import type { AuditFact } from '../domain/audit-event'

/** Findings that one seal can list; a log that is broken more thoroughly is replaced, not sealed. */
const MAX_SEALED = 5_000

/** Names of who authorised it, and the reason, have at most these many characters. */
const MAX_NAME = 80
const MAX_REASON = 500

/** A seal that is ready to be written. */
export interface PreparedSeal {
  readonly facts: readonly AuditFact[]
  /** What the seal has to follow: the end of the chain as it was found. */
  readonly base: AuditHead
  /** The end of the chain as it is stored; when it moves meanwhile, the seal is void. */
  readonly head: AuditHead
}

/** What preparing a seal needs. */
export interface SealWork {
  readonly db: Database
  readonly keys: AuditKeys
  readonly reading: AnchorReading
  /** Whether the log refuses entries, so that the seal also says where it goes on. */
  readonly isStopped: boolean
  readonly witnesses: NonNullable<VerifyOptions['witnesses']>
}

/** Checks the whole chain and makes the facts that seal what is found, if it is what was authorised. Throws an AuditError otherwise. */
export async function prepareSeal({ db, keys, reading, isStopped, witnesses }: SealWork, request: SealRequest): Promise<PreparedSeal> {
  const by = [...new Set(request.by.map((name) => name.trim().slice(0, MAX_NAME)))].filter((name) => name !== '')
  const reason = request.reason.trim().slice(0, MAX_REASON)
  if (by.length < SEAL_AUTHORITIES) {
    throw new AuditError('NOT_AUTHORISED', `a seal takes the word of ${SEAL_AUTHORITIES}`, { given: by.length })
  }
  if (reason === '') throw new AuditError('NOT_AUTHORISED', 'a seal takes a reason')

  const { report, continued } = await checkChain(db, keys, reading, { signal: request.signal, witnesses })
  if (report.verdict !== 'broken') throw new AuditError('NOTHING_TO_SEAL', 'nothing was found that is not sealed')
  const unfit = report.breaks.find((each) => sealabilityOf(each) === 'never')
  if (unfit !== undefined) throw new AuditError('NOT_SEALABLE', `a seal cannot mend it: ${unfit.detail}`, { kind: unfit.kind })
  if (report.omittedBreaks > 0 || report.breaks.length > MAX_SEALED || report.head.seq > Number.MAX_SAFE_INTEGER / 2) {
    throw new AuditError('NOT_SEALABLE', 'the log is too thoroughly broken to be listed', { breaks: report.breaks.length })
  }
  if (!isSame(report.breaks, request.breaks)) {
    throw new AuditError('BREAKS_CHANGED', 'the log is not broken as it was when the seal was authorised', { breaks: report.breaks.length })
  }
  const { head } = report
  if (!isStopped) return { facts: sealFacts(report.breaks, by, reason), base: head, head }

  const { base, breaks } = await continued()
  const ends = report.breaks.filter((each) => sealabilityOf(each) === 'end')
  const stay = breaks.filter((each) => sealabilityOf(each) !== 'end')
  return { facts: sealFacts([...stay, ...ends], by, reason), base, head }
}

function isSame(found: readonly ObservedBreak[], given: SealRequest['breaks']): boolean {
  const names = (breaks: SealRequest['breaks']): string =>
    breaks
      .map(({ kind, fromSeq, toSeq, observedHex }) => [kind, fromSeq, toSeq, observedHex].join(' '))
      .sort()
      .join('\n')
  return names(found) === names(given)
}
