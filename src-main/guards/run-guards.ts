import { DENIAL_CODES, type DenialCode } from '../domain/codes'
import type { Verdict } from '../domain/guard'
import { describeError } from '../lib/errors'
import type { Guard, GuardInput } from './guard'
import { deny } from './verdict'

const CODES: ReadonlySet<string> = new Set<DenialCode>(DENIAL_CODES)

/**
 * Lets every guard of the list judge, also after a denial, so that a person sees all that stands in the way. A guard that throws, answers
 * with a promise, with something that is no verdict, or in another guard's name, denies as GUARD_FAILED (product row X10).
 * The list is judged as given: which guards a purpose needs is {@link guardsFor}'s to say, and an empty list refuses nothing.
 */
export function runGuards(guards: readonly Guard[], input: GuardInput): Verdict[] {
  return guards.map((guard) => {
    try {
      const fault = faultOf(guard.evaluate(input), guard)
      return typeof fault === 'string' ? failed(guard, fault) : fault
    } catch (thrown) {
      return failed(guard, describeError(thrown))
    }
  })
}

/** The first denial, or null when all passed. */
export function firstDenial(verdicts: readonly Verdict[]): Extract<Verdict, { outcome: 'deny' }> | null {
  for (const verdict of verdicts) if (verdict.outcome === 'deny') return verdict
  return null
}

/** What a guard may have given back in place of a verdict. */
type Loose = Partial<Record<'guard' | 'outcome' | 'figures' | 'denial' | 'code' | 'then', unknown>>

/** The verdict itself when it is one, else what is wrong with it. The types promise it; a fault here would cost money. */
function faultOf(answer: unknown, guard: Guard): Verdict | string {
  const { guard: name, outcome, figures, denial, then } = loose(answer)
  if (then !== undefined) return 'the guard answered with a promise'
  if (name !== guard.id) return `the verdict names ${typeof name === 'string' ? name : 'no guard'}`
  if (!Array.isArray(figures)) return 'the verdict has no figures'
  if (outcome === 'pass') return answer as Verdict
  if (outcome !== 'deny') return 'the verdict has no outcome'
  const { code, figures: details } = loose(denial)
  const known = typeof code === 'string' && CODES.has(code) && typeof details === 'object' && details !== null
  return known ? (answer as Verdict) : 'the denial has no known code'
}

function loose(value: unknown): Loose {
  return typeof value === 'object' && value !== null ? value : {}
}

function failed(guard: Guard, why: string): Verdict {
  return deny(guard.id, 'GUARD_FAILED', { guard: guard.id, why: why.slice(0, 200) })
}
