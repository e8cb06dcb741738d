import type { Problem } from '../../../src-preload/contract/problem'

/** What was allowed is what was shown, and nothing else: what stood before has been changed while the window was open. */
export const CHANGED_MEANWHILE: Problem = { code: 'CHECK_BLOCKED', figures: { detail: 'It was changed meanwhile. Look at it again.' } }
