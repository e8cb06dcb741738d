import type { CallInput, CallName, CallOutput } from '../../../src-preload/contract'
import type { AuditEntry, AuditFilter, AuditRow, AuditVoucher, ChainStatus } from '../../../src-preload/contract/audit'
import type { SignerView } from '../../../src-preload/contract/signers'
import { hexOf, seeded } from './random'
import type { Scenario } from './scenario'
import { refuse } from './refused'

const KINDS: readonly Pick<AuditRow, 'category' | 'severity' | 'type' | 'actor'>[] = [
  { category: 'TRADE_EXECUTION', severity: 'info', type: 'OrderInitialized', actor: 'operator' },
  { category: 'TRADE_EXECUTION', severity: 'info', type: 'OrderApproved', actor: 'system' },
  { category: 'KEY_OPERATION', severity: 'info', type: 'SignTransaction', actor: 'operator' },
  { category: 'TRADE_EXECUTION', severity: 'info', type: 'OrderSubmitting', actor: 'system' },
  { category: 'TRADE_EXECUTION', severity: 'info', type: 'OrderFilled', actor: 'system' },
  { category: 'SECURITY_VIOLATION', severity: 'medium', type: 'OrderDenied', actor: 'system' },
  { category: 'SYSTEM_EVENT', severity: 'low', type: 'PolicyLoaded', actor: 'system' },
  { category: 'ERROR_EVENT', severity: 'high', type: 'OrderOutcomeUnknown', actor: 'system' },
  { category: 'SYSTEM_EVENT', severity: 'critical', type: 'KillSwitchTriggered', actor: 'operator' },
]
const BETWEEN_MS = 41_000

/** Calls that it answers itself. */
export type AuditNames = Exclude<Extract<CallName, `audit.${string}`>, 'audit.signHead'>

/** A long audit log, made up row by row as it is asked for. */
export class FakeAudit {
  private verifiedAtMs: number | null
  private progress: number | null = null
  private signed: readonly AuditVoucher[]
  private timer: ReturnType<typeof setInterval> | null = null

  constructor(
    private readonly scenario: Scenario,
    private readonly startedAtMs: number,
    private readonly announce: (status: ChainStatus) => void,
  ) {
    this.signed = scenario.auditEntries < 100_000 ? [] : signedHeads(scenario, startedAtMs)
    this.verifiedAtMs = scenario.auditVerdict === 'unverified' ? null : startedAtMs - 120_000
  }

  page(filter: AuditFilter, offset: number, limit: number): { total: number; rows: AuditRow[] } {
    const { auditEntries } = this.scenario
    if (isEverything(filter)) {
      const rows: AuditRow[] = []
      for (let index = offset; index < Math.min(offset + limit, auditEntries); index++) rows.push(this.row(auditEntries - index))
      return { total: auditEntries, rows }
    }
    const matching: AuditRow[] = []
    for (let seq = auditEntries; seq > 0; seq--) {
      const row = this.row(seq)
      if (matches(row, filter)) matching.push(row)
    }
    return { total: matching.length, rows: matching.slice(offset, offset + limit) }
  }

  entry(seq: number): AuditEntry | null {
    if (seq > this.scenario.auditEntries) return null
    const row = this.row(seq)
    return {
      ...row,
      dataJson: JSON.stringify({
        orderId: row.subject,
        guard: 'slippage',
        slippagePct: '1.4200',
        limitPct: '1',
        venue: 'paper',
        note: 'made up for the picture',
      }),
      hash: hexOf(seeded(seq), 64),
      prevHash: hexOf(seeded(seq - 1), 64),
    }
  }

  status(): ChainStatus {
    const { auditEntries, auditVerdict } = this.scenario
    const broken = auditVerdict === 'broken'
    return {
      entries: auditEntries,
      verdict: this.progress !== null ? 'verifying' : this.verifiedAtMs === null ? 'unverified' : broken ? 'broken' : 'intact',
      verifiedAtMs: this.verifiedAtMs,
      verifiedEntries: this.verifiedAtMs === null ? 0 : auditEntries,
      anchorLag: 12,
      breaks: broken
        ? [
            { kind: 'hash-mismatch', fromSeq: 88_120, toSeq: 88_120, detail: 'The entry does not match its hash.' },
            { kind: 'gap', fromSeq: 90_001, toSeq: 90_014, detail: 'Entries are missing.' },
          ]
        : [],
      sealed: [],
      progressPct: this.progress,
    }
  }

  verify(): ChainStatus {
    this.progress = 0
    this.timer = setInterval(() => {
      this.progress = (this.progress ?? 0) + 4
      if (this.progress >= 100) {
        this.cancel()
        this.verifiedAtMs = Date.now()
      }
      this.announce(this.status())
    }, 60)
    return this.status()
  }

  cancel(): void {
    if (this.timer !== null) clearInterval(this.timer)
    this.timer = null
    this.progress = null
    this.announce(this.status())
  }

  vouchers(): { total: number; vouchers: AuditVoucher[] } {
    return { total: this.signed.length, vouchers: this.signed.slice(0, 20) }
  }

  /** Confirmed on the device at once. */
  signHead({ address, kind }: SignerView): AuditVoucher {
    const { auditEntries } = this.scenario
    const voucher = { seq: auditEntries, headSeq: auditEntries - 2, atMs: Date.now(), address, kind, by: 'operator', problem: null }
    this.signed = [voucher, ...this.signed]
    return voucher
  }

  types(): string[] {
    return KINDS.map(({ type }) => type).sort()
  }

  private row(seq: number): AuditRow {
    const kind = KINDS[Math.floor(seeded(seq * 2_654_435_761)() ** 2 * KINDS.length)] ?? KINDS[0]
    if (kind === undefined) throw new Error('no kinds')
    const subject = kind.type.startsWith('Order') || kind.type.startsWith('Sign') ? `ord-${hexOf(seeded(Math.floor(seq / 5)), 8)}` : null
    return { seq, atMs: this.startedAtMs - (this.scenario.auditEntries - seq) * BETWEEN_MS - 4_000, ...kind, subject }
  }

  readonly handlers: { readonly [N in AuditNames]: (input: CallInput<N>) => CallOutput<N> } = {
    'audit.page': ({ filter, offset, limit }) => this.page(filter, offset, limit),
    'audit.entry': ({ seq }) => this.entry(seq) ?? refuse('NOT_FOUND'),
    'audit.types': () => this.types(),
    'audit.status': () => this.status(),
    'audit.verify': () => this.verify(),
    'audit.cancelVerify': () => {
      this.cancel()
      return {}
    },
    'audit.vouchers': () => this.vouchers(),
    'audit.export': () => ({ written: 124_331, path: 'holdfast-audit.jsonl' }),
  }
}

/** Heads that were signed now and then; in a broken record the last of them fits no more. */
function signedHeads({ auditEntries, auditVerdict }: Scenario, startedAtMs: number): AuditVoucher[] {
  const at = (daysAgo: number, seq: number, problem: string | null = null): AuditVoucher => ({
    seq,
    headSeq: seq - 2,
    atMs: startedAtMs - daysAgo * 86_400_000,
    address: '0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B',
    kind: 'ledger',
    by: 'operator',
    problem,
  })
  const mismatch =
    auditVerdict === 'broken' ? 'entry 119998 has not the hash that 0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B vouched for' : null
  return [at(2, auditEntries - 4_331, mismatch), at(9, 108_200), at(16, 96_410)]
}

function isEverything({ sinceMs, untilMs, categories, severities, type, text }: AuditFilter): boolean {
  return sinceMs === null && untilMs === null && categories.length === 0 && severities.length === 0 && type === null && text === null
}

function matches(row: AuditRow, { sinceMs, untilMs, categories, severities, type, text }: AuditFilter): boolean {
  return (
    (sinceMs === null || row.atMs >= sinceMs) &&
    (untilMs === null || row.atMs <= untilMs) &&
    (categories.length === 0 || categories.includes(row.category)) &&
    (severities.length === 0 || severities.includes(row.severity)) &&
    (type === null || row.type === type) &&
    (text === null || `${row.type} ${row.subject ?? ''} ${row.actor}`.toLowerCase().includes(text.toLowerCase()))
  )
}
