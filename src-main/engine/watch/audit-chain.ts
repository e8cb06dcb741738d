import { finding, type Finding } from './finding'

/** What the audit log says of itself. */
export interface AuditStanding {
  /** Why nothing can be appended; null when it can. */
  readonly refuses: string | null
  /** What the last check of the whole chain found broken and nobody has sealed; null when none was made. */
  readonly broken: readonly { readonly kind: string; readonly fromSeq: number; readonly toSeq: number }[] | null
}

/** A record that is broken or refuses entries. A log that was closed belongs to an environment that is closing: nothing is found in it. */
export function judgeAudit({ refuses, broken }: AuditStanding): readonly Finding[] {
  const found: Finding[] = []
  if (refuses !== null && refuses !== 'CLOSED')
    found.push(finding('audit-chain', [`audit:refuses:${refuses}`], `The audit log takes no entries: ${refuses}.`, { code: refuses }))
  const [first] = broken ?? []
  if (broken !== null && first !== undefined) {
    const more = broken.length > 1 ? ` and ${broken.length - 1} more` : ''
    const at = first.fromSeq === 0 ? '' : ` at entry ${first.fromSeq}`
    const atoms = broken.map(({ kind, fromSeq, toSeq }) => `audit:${kind}:${fromSeq}-${toSeq}`)
    const figures = { breaks: String(broken.length), kind: first.kind, fromSeq: String(first.fromSeq) }
    found.push(finding('audit-chain', atoms, `The audit chain is broken: ${first.kind}${at}${more}.`, figures))
  }
  return found
}
