import type { TriggerId } from '../../domain/watch'

/** Something that an automatic trigger found, as it stands now. */
export interface Finding {
  readonly trigger: TriggerId
  /**
   * What exactly stands, a word each. A finding halts once for each: what stood when somebody released the halt was seen by them, and halts again only
   * after it has gone away in between.
   */
  readonly atoms: readonly string[]
  /** For people and the record, with its figures; at most 200 characters. */
  readonly reason: string
  readonly figures: Readonly<Record<string, string>>
}

/** Makes a {@link Finding}. */
export function finding(
  trigger: TriggerId,
  atoms: readonly string[],
  reason: string,
  figures: Readonly<Record<string, string>> = {},
): Finding {
  return { trigger, atoms, reason: reason.slice(0, 200), figures }
}

/** The findings with something in them that nobody has seen yet. */
export function unseen(findings: readonly Finding[], acknowledged: ReadonlySet<string>): readonly Finding[] {
  return findings.filter(({ atoms }) => atoms.some((atom) => !acknowledged.has(atom)))
}
