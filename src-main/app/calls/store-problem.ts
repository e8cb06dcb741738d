import type { Problem } from '../../../src-preload/contract/problem'
import type { StoreFailure } from '../../authority/operators'

/** Why something about people was not stored, for windows. */
export function storeProblem(failure: StoreFailure): Problem {
  switch (failure) {
    case 'UNREADABLE':
    case 'NOT_FOUND':
    case 'BAD_NAME':
    case 'BEYOND_REACH':
      return { code: failure, figures: {} }
    case 'STORAGE':
      return { code: 'DISK_FULL', figures: {} }
    case 'NAME_TAKEN':
      return { code: 'ALREADY_EXISTS', figures: {} }
    case 'TOO_MANY':
    case 'TOO_FEW_APPROVALS':
      return { code: 'INVALID_INPUT', figures: { where: failure } }
  }
}
