import type { Problem } from '../../../src-preload/contract/problem'

/** A refusal on its way to the caller. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code)
  }
}
/** Refuses a call. */
export const refuse = (code: Problem['code'], figures: Record<string, string> = {}): never => {
  throw new Refused({ code, figures })
}
