import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'

import { AUDIT_SEVERITIES, type AuditSeverity } from '../domain/audit-event'
import { ENVIRONMENTS, type Environment } from '../domain/environment'
import { assertNever } from '../lib/assert-never'
import { describeError } from '../lib/errors'
import type { Result } from '../lib/result'
import type { Database } from '../storage/database'
import { readAnchor } from './anchor'
import type { AuditEntry, AuditFilter, ChainBreak, RecordedVoucher, SealedBreak, VerifyReport } from './audit'
import { exportJsonl } from './export'
import { readIdentity } from './identity'
import { type AuditKeys, deriveAuditKeys } from './keys'
import { DatabaseAuditReader } from './reader'
import { verifyChain } from './verify-chain'

/** What the command reads from: opened by the app, which knows where the files and the key are. */
export interface AuditSource {
  /** Open read-only is enough. */
  readonly db: Database
  readonly key: Buffer
  readonly anchorPath: string
  close(): void
}

/** What the command needs from its surroundings. */
export interface AuditCliContext {
  /** Opens an environment's audit log for reading, or says in a sentence why it cannot. */
  readonly openForEnvironment: (environment: Environment) => Promise<Result<AuditSource, string>>
  /** Takes one line for the standard output. */
  readonly out: (line: string) => void
  /** Takes one line for the error output. */
  readonly err: (line: string) => void
}

/** Exit codes of the audit command. */
export const AUDIT_EXIT = {
  /** Nothing is wrong, or nothing but what was sealed, which the report names. */
  clean: 0,
  /** The chain is broken. */
  broken: 1,
  /** It could not be read, or the command was not understood. */
  failed: 2,
} as const
/** An exit code of the audit command. */
export type AuditExitCode = (typeof AUDIT_EXIT)[keyof typeof AUDIT_EXIT]

/** Runs `audit verify | export | show` and returns the exit code. */
export async function runAuditCli(args: readonly string[], context: AuditCliContext): Promise<AuditExitCode> {
  const run = new AuditCommand(context)
  try {
    await run.program().parseAsync([...args], { from: 'user' })
    return run.exitCode
  } catch (thrown) {
    // Commander has said what it did not understand; after --help there is nothing wrong.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? AUDIT_EXIT.clean : AUDIT_EXIT.failed
    context.err(`The audit log could not be read: ${describeError(thrown)}.`)
    return AUDIT_EXIT.failed
  }
}

/** As many vouchers are named, the newest; the others are counted. */
const MOST_VOUCHERS = 20

interface CommonOptions {
  readonly environment: Environment
}
interface VerifyCommandOptions extends CommonOptions {
  readonly json?: true
}
interface FilterOptions extends CommonOptions {
  readonly since?: number
  readonly until?: number
  readonly type?: string
  readonly severity?: readonly AuditSeverity[]
}
interface ExportCommandOptions extends FilterOptions {
  readonly out: string
}
interface ShowCommandOptions extends FilterOptions {
  readonly last: number
}

interface OpenSource extends AuditSource {
  readonly keys: AuditKeys
}

class AuditCommand {
  exitCode: AuditExitCode = AUDIT_EXIT.clean

  constructor(private readonly context: AuditCliContext) {}

  program(): Command {
    const { out, err } = this.context
    const lines = (print: (line: string) => void) => (text: string) => print(text.replace(/\n$/, ''))
    const program = new Command('audit')
      .description('Checks, exports and shows the audit log.')
      .exitOverride()
      .configureOutput({ writeOut: lines(out), writeErr: lines(err) })
    this.subcommand(program, 'verify', 'checks the whole chain and names every break')
      .option('--json', 'prints the report as JSON')
      .action((options: VerifyCommandOptions) => this.withSource(options, (source) => this.verify(source, options)))
    this.filtered(this.subcommand(program, 'export', 'writes entries to a file, one JSON object a line'))
      .requiredOption('--out <file>', 'the file to write; it must not exist')
      .action((options: ExportCommandOptions) => this.withSource(options, (source) => this.export(source, options)))
    this.filtered(this.subcommand(program, 'show', 'shows the newest entries'))
      .option('--last <n>', 'how many', parseCount, 20)
      .action((options: ShowCommandOptions) => this.withSource(options, (source) => this.show(source, options)))
    return program
  }

  private subcommand(program: Command, name: string, description: string): Command {
    const environment = new Option('--environment <name>', 'which world').choices(ENVIRONMENTS).default(ENVIRONMENTS[0])
    return program.command(name).description(description).addOption(environment)
  }

  private filtered(command: Command): Command {
    return command
      .option('--since <time>', 'from this time on, such as 2026-01-31 or 2026-01-31T08:00:00Z', parseTime)
      .option('--until <time>', 'before this time', parseTime)
      .option('--type <type>', 'only entries of this type')
      .addOption(new Option('--severity <severity...>', 'only entries of these severities').choices(AUDIT_SEVERITIES))
  }

  private async withSource({ environment }: CommonOptions, use: (source: OpenSource) => Promise<AuditExitCode>): Promise<void> {
    const opened = await this.context.openForEnvironment(environment)
    if (!opened.ok) {
      this.context.err(opened.error)
      this.exitCode = AUDIT_EXIT.failed
      return
    }
    const source = opened.value
    try {
      const found = readIdentity(source.db)
      if (found.state === 'new') {
        this.context.err(`The ${environment} environment has no audit log yet.`)
        this.exitCode = AUDIT_EXIT.failed
        return
      }
      // A log without an identity, or with another environment's, cannot be told from a forged one: no key fits, and every entry says so.
      const logId = found.state === 'present' ? found.identity.logId : ''
      this.exitCode = await use({ ...source, keys: deriveAuditKeys(source.key, { environment, logId }) })
    } finally {
      source.close()
    }
  }

  private async verify({ db, keys, anchorPath }: OpenSource, { json, environment }: VerifyCommandOptions): Promise<AuditExitCode> {
    const report = await verifyChain(db, keys, readAnchor(anchorPath))
    if (json) this.context.out(JSON.stringify({ environment, logId: keys.logId, ...report }))
    else for (const line of describeReport(environment, report)) this.context.out(line)
    return report.verdict === 'broken' ? AUDIT_EXIT.broken : AUDIT_EXIT.clean
  }

  private async export({ db, keys }: OpenSource, options: ExportCommandOptions): Promise<AuditExitCode> {
    const file = createWriteStream(options.out, { flags: 'wx', mode: 0o600 })
    let fault: unknown = null
    const written = finished(file).catch((thrown: unknown) => {
      fault = thrown
    })
    try {
      const summary = await exportJsonl(db, keys, file, { filter: filterOf(options) })
      file.end()
      await written
      if (fault === null) {
        this.context.out(`Wrote ${summary.written} entries to ${options.out}.`)
        return AUDIT_EXIT.clean
      }
    } catch (thrown) {
      if (file.errored === null) throw thrown
    } finally {
      file.destroy()
    }
    this.context.err(`The export could not be written: ${describeError(fault ?? file.errored)}.`)
    return AUDIT_EXIT.failed
  }

  private async show({ db }: OpenSource, options: ShowCommandOptions): Promise<AuditExitCode> {
    const reader = new DatabaseAuditReader(db)
    const { rows } = await reader.query({ filter: filterOf(options), limit: options.last })
    for (const { seq } of [...rows].reverse()) {
      const entry = reader.get(seq)
      if (entry !== null) this.context.out(describeEntry(entry))
    }
    if (rows.length === 0) this.context.out('No entries.')
    return AUDIT_EXIT.clean
  }
}

function filterOf({ since, until, type, severity }: FilterOptions): AuditFilter {
  return { sinceMs: since, untilMs: until, type, severities: severity }
}

function parseTime(text: string): number {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new InvalidArgumentError('It is not a time, such as 2026-01-31 or 2026-01-31T08:00:00Z.')
  return ms
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('It is not a number from 1 to 999.')
  return Number(text)
}

function describeEntry({ seq, atMs, severity, category, type, actor, subject, data }: AuditEntry): string {
  const about = subject === null ? '' : ` ${subject}`
  return `${seq}  ${new Date(atMs).toISOString()}  ${severity}  ${category}  ${type}${about}  by ${actor}  ${JSON.stringify(data)}`
}

function describeReport(environment: Environment, report: VerifyReport): string[] {
  const { emptiedEntries, breaks, sealed, omittedBreaks, head, anchorSeq, lag } = report
  const lines = [
    summaryOf(environment, report),
    `It ends at entry ${head.seq} with hash ${head.hashHex}.`,
    anchorSeq === null
      ? 'There is no valid external anchor.'
      : `The external anchor attests entry ${anchorSeq}; ${lag ?? 0} entries were written after it.`,
  ]
  if (emptiedEntries > 0) lines.push(`Retention has emptied the text of ${emptiedEntries} entries; their places in the chain are checked.`)
  lines.push(...report.vouchers.slice(-MOST_VOUCHERS).map(describeVoucher))
  const older = report.voucherCount - Math.min(report.vouchers.length, MOST_VOUCHERS)
  if (older > 0) lines.push(`  … and ${older} vouchers before them.`)
  for (const found of breaks) lines.push(`  ${found.kind}  ${placeOf(found)}: ${found.detail}`)
  for (const found of sealed) lines.push(`  SEALED ${found.kind}  ${describeSealed(found)}; ${found.reason}: ${found.detail}`)
  if (omittedBreaks > 0) lines.push(`  … and ${omittedBreaks} more.`)
  return lines
}

function summaryOf(environment: Environment, { verdict, entries, breaks, sealed, omittedBreaks, durationMs }: VerifyReport): string {
  const seconds = (durationMs / 1_000).toFixed(1)
  switch (verdict) {
    case 'intact':
      return `The audit log of ${environment} is intact: ${entries} entries checked in ${seconds} s.`
    case 'sealed': {
      const [first] = sealed
      const which = sealed.length === 1 && first !== undefined ? describeSealed(first) : 'each is named below'
      const count = `${sealed.length} sealed ${sealed.length === 1 ? 'break' : 'breaks'}`
      return `The audit log of ${environment} is verified, with ${count}: ${which}; ${entries} entries checked in ${seconds} s.`
    }
    case 'broken': {
      const besides = sealed.length === 0 ? '' : ` besides ${sealed.length} sealed before`
      return `The audit log of ${environment} is BROKEN: ${breaks.length + omittedBreaks} findings${besides} in ${entries} entries, checked in ${seconds} s.`
    }
    default:
      return assertNever(verdict, 'verdict')
  }
}

function placeOf({ fromSeq, toSeq }: ChainBreak): string {
  if (fromSeq === 0 && toSeq === 0) return 'the log'
  return fromSeq === toSeq ? `entry ${fromSeq}` : `entries ${fromSeq} to ${toSeq}`
}

/** Whoever reads it compares the address with that of the device. */
function describeVoucher({ headSeq, atMs, address, kind, seq }: RecordedVoucher): string {
  return `Vouched for by ${address} (${kind}) up to entry ${headSeq} on ${new Date(atMs).toISOString()}, as entry ${seq} says.`
}

function describeSealed(found: SealedBreak): string {
  return `${placeOf(found)}, sealed on ${new Date(found.sealedAtMs).toISOString()} by ${found.by.join(' and ')}, at entry ${found.sealSeq}`
}
