/** What is done by itself with a transaction that waits too long to be mined (product row X3). */
export const STUCK_ACTIONS = ['off', 'speed-up', 'cancel'] as const
/** `off`: people are told, nothing is done. */
export type StuckAction = (typeof STUCK_ACTIONS)[number]

/** How stuck transactions are dealt with. */
export interface StuckRules {
  readonly action: StuckAction
  /** How long the newest transaction of a nonce may wait before something is done, ms. */
  readonly afterMs: number
  /** The most replacements made by itself for one nonce. */
  readonly mostBumps: number
}
