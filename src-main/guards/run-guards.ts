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

/** The verdict itself when it is one, else what is wrong with it. The types promise it; a fault here would cost money. */
function faultOf(answer: unknown, guard: Guard): Verdict | string {
  if (typeof answer !== 'object' || answer === null) return 'the guard gave no verdict'
  if ('then' in answer) return 'the guard answered with a promise'
  const verdict = answer as Partial<Extract<Verdict, { outcome: 'deny' }>>
  if (verdict.guard !== guard.id) return `the verdict names ${String(verdict.guard)}`
  if (!Array.isArray(verdict.figures)) return 'the verdict has no figures'
  if ((verdict.outcome as string) === 'pass') return answer as Verdict
  if (verdict.outcome !== 'deny') return 'the verdict has no outcome'
  if (typeof verdict.denial !== 'object' || verdict.denial === null || !CODES.has(verdict.denial.code))
    return 'the denial has no known code'
  return answer as Verdict
}

function failed(guard: Guard, why: string): Verdict {
  return deny(guard.id, 'GUARD_FAILED', { guard: guard.id, why: why.slice(0, 200) })
}
