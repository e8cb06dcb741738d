import { AUDIT_HEAD_SIGNED, readVoucher, type HeadVoucher } from '../domain/head-voucher'
import { auditHeadMessage } from '../domain/own-typed-data'
import { verifyTypedData } from '../signers/verify-signature'
import type { ChainBreak, RecordedVoucher } from './audit'
import { parseBody } from './body'
import { BreakList } from './break-list'
import type { Slices } from './slices'

/** A report names as many vouchers, the newest. */
const MOST_NAMED = 100

/** How the text of such an entry ends: cheap to look for in every entry, and no proof. */
const ENDING = `,"type":"${AUDIT_HEAD_SIGNED}"}`

/** An entry that may hold a voucher, with its text. */
export interface VoucherEntry {
  readonly seq: number
  readonly body: string
}

/** Whether this may be the text of a voucher. */
export function mayBeVoucher(body: string): boolean {
  return body.endsWith(ENDING)
}

/** What vouchers are judged by. */
export interface VouchingLog {
  readonly environment: string
  /** The hash that an entry has now; null where there is no such entry. */
  readonly hashAt: (seq: number) => string | null
}

/**
 * Why the voucher in an entry vouches for nothing, or null. It needs no key of ours: the signature recovers to the address over exactly the head that
 * it names, in this environment, and the entry there has that hash. Throws what reading the entry throws.
 */
export function whyNotVouched(
  { headSeq, headHashHex, atMs, address, signature }: HeadVoucher,
  at: number,
  log: VouchingLog,
): string | null {
  const message = auditHeadMessage({ environment: log.environment, seq: headSeq, hash: `0x${headHashHex}`, atMs })
  if (!verifyTypedData(signature, message, address).ok) return `the signature is not one of ${address} over what it is said to vouch for`
  if (headSeq >= at) return `it vouches for entry ${headSeq}, which was not written yet`
  return log.hashAt(headSeq) === headHashHex ? null : `entry ${headSeq} has not the hash that ${address} vouched for`
}

/** Looks at every voucher in a chain, a few at a time; it keeps no more than the newest. */
export class Vouching {
  /** Those that hold, the newest last. */
  vouchers: readonly RecordedVoucher[] = []
  /** How many hold. */
  count = 0
  readonly #log: VouchingLog
  readonly #found = new BreakList()

  constructor(log: VouchingLog) {
    this.#log = log
  }

  /** What does not hold. */
  get breaks(): readonly ChainBreak[] {
    return this.#found.list()
  }

  /** Breaks that there was no room for. */
  get omitted(): number {
    return this.#found.omitted
  }

  async judge(entries: readonly VoucherEntry[], slices: Pick<Slices, 'pause'>): Promise<void> {
    for (const { seq, body } of entries) {
      const content = parseBody(body)
      if (content?.type !== AUDIT_HEAD_SIGNED) continue
      const voucher = readVoucher(content.data)
      const why = voucher === null ? 'what it says is no voucher' : whyNotVouched(voucher, seq, this.#log)
      if (voucher === null || why !== null) this.#found.add('VOUCHER_MISMATCH', seq, seq, why ?? '')
      else {
        this.count += 1
        this.vouchers = [...this.vouchers.slice(1 - MOST_NAMED), { ...voucher, seq, by: content.actor }]
      }
      await slices.pause()
    }
  }
}
