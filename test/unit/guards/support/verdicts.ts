import type { DenialCode } from '../../../../src-main/domain/codes'
import type { Verdict } from '../../../../src-main/domain/guard'

/** `pass`, or the code of the denial: what most tests ask of a verdict. */
export function answer(verdict: Verdict): 'pass' | DenialCode {
  return verdict.outcome === 'pass' ? 'pass' : verdict.denial.code
}

/** The value of a figure; undefined when the guard did not look at it. */
export function figureOf(verdict: Verdict, name: string): string | undefined {
  return verdict.figures.find((figure) => figure.name === name)?.value
}

/** The figures of the denial's sentence. */
export function detailOf(verdict: Verdict): Readonly<Record<string, string>> {
  return verdict.outcome === 'deny' ? verdict.denial.figures : {}
}
