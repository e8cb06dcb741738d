import type { IncidentStory } from '../../domain/incident'

/** Where a report comes from. */
export interface ReportFacts {
  readonly version: string
  readonly writtenAtMs: number
  /** Number and hash of the newest entry of the audit log when it was written: what stands in the report can be looked up there. */
  readonly head: { readonly seq: number; readonly hashHex: string }
}

/** An incident as a file of its own, in Markdown: what happened, when, by whom, what was out, what was canceled, what was verified. */
export function incidentReport(story: IncidentStory, { version, writtenAtMs, head }: ReportFacts): string {
  const { id, sinceMs, untilMs, source, by, reason, scope, mode, releasedBy, environment, toldBy } = story
  const lines = [
    `# Halt of ${at(sinceMs)}`,
    '',
    `Incident ${id} of the ${environment} environment, told by ${toldBy === 'audit' ? 'the audit log' : 'the file of halts; the audit log was not there'}. Written ${at(writtenAtMs)} by Holdfast ${cell(version)}.`,
    `Audit log: ${head.seq} entries, head \`${head.hashHex}\`.`,
    '',
    ...table(
      ['', ''],
      [
        ['Halted', at(sinceMs)],
        ['By', `${by} (${source ?? 'unknown'})`],
        ['Why', reason],
        ['Scope', scope ?? 'unknown'],
        ['About what was out', mode ?? 'unknown'],
        ['Released', untilMs === null ? 'not yet' : `${at(untilMs)} by ${releasedBy ?? 'unknown'}`],
        ['Lasted', untilMs === null ? 'still halted' : duration(untilMs - sinceMs)],
      ],
    ),
    '## What was out',
    '',
    ...silentVenues(story).flatMap((venue) => [`${venue} could not be asked what was out there.`, '']),
    ...(story.orders.length === 0
      ? ['Nothing, as far as is on record here.', '']
      : table(
          ['Order', 'Venue', 'What', 'Before the halt', 'Now'],
          story.orders.map(({ orderId, venue, side, amount, amountUnit, instrument, before, now }) => [
            orderId,
            venue,
            `${side} ${amount} (${amountUnit}) ${instrument}`,
            before,
            now,
          ]),
        )),
    '## What was verified for the release',
    '',
    ...(story.checks.length === 0
      ? ['Nothing is on record.', '']
      : table(
          ['Check', 'Result'],
          story.checks.map(({ name, status }) => [name, status]),
        )),
    '## What happened',
    '',
    ...table(
      ['Time', 'What', 'By', 'About', 'Detail', 'Audit entry'],
      story.moments.map(({ atMs, type, actor, subject, figures, auditSeq }) => [
        at(atMs),
        type,
        actor,
        subject ?? '',
        Object.entries(figures)
          .map(([name, value]) => `${name}: ${value}`)
          .join('; '),
        auditSeq === null ? 'file of halts' : String(auditSeq),
      ]),
    ),
    ...(story.omitted === 0 ? [] : [`${story.omitted} more; see the audit log.`, '']),
  ]
  return lines.join('\n')
}

function at(ms: number): string {
  return new Date(ms).toISOString()
}

function duration(ms: number): string {
  const seconds = ms / 1_000
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min ${Math.round(seconds % 60)} s`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  return [row(head), row(head.map(() => '---')), ...rows.map(row), '']
}

/** What a person wrote must not change the form of the report, nor be carried out by whatever shows it. */
function cell(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ').replace(/[\\|`<>[\]]/g, (character) => `\\${character}`)
}

/** Venues that could not be asked what they hold, when what was out was to be canceled: such a record is of the venue, not of an order. */
function silentVenues({ moments }: Pick<IncidentStory, 'moments'>): readonly string[] {
  const isOfVenue = ({ type, subject, figures }: IncidentStory['moments'][number]): boolean =>
    type === 'CancelFailed' && subject !== null && subject === figures['venue']
  return [...new Set(moments.filter(isOfVenue).flatMap(({ subject }) => subject ?? []))]
}
