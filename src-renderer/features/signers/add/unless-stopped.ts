import type { Problem } from '../../../../src-preload/contract/problem'

/** What a person stopped needs no explaining. */
export function unlessStopped(problem: Problem): Problem | null {
  return problem.code === 'CANCELED_BY_USER' ? null : problem
}
