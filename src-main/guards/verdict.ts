import { denial, type DenialCode } from '../domain/codes'
import type { GuardFigure, GuardId, Verdict } from '../domain/guard'

/** What a guard looked at: `value` and `limit` are decimal strings, addresses or names. */
export function figure(name: string, value: string, limit: string | null = null, unit = ''): GuardFigure {
  return { name, value, limit, unit }
}

/** The verdict that lets through. */
export function pass(guard: GuardId, figures: readonly GuardFigure[]): Verdict {
  return { guard, outcome: 'pass', figures }
}

/** The verdict that refuses; `detail` are the figures of the sentence a person reads. */
export function deny(
  guard: GuardId,
  code: DenialCode,
  detail: Readonly<Record<string, string>> = {},
  figures: readonly GuardFigure[] = [],
): Verdict {
  return { guard, outcome: 'deny', denial: denial(code, detail), figures }
}
