import type { HaltScope } from '../../domain/kill-switch'

/** The durable steps of a halt and of a release, in the order in which they happen. What a crash between any two leaves is specified and tested. */
export type HaltStep =
  | 'halt:gate-closed'
  | `halt:${HaltScope}-lease-removed`
  | `halt:${HaltScope}-record-written`
  | 'halt:history-written'
  | 'release:authorisation-recorded'
  | `release:${HaltScope}-lease-written`
  | 'release:verified'
  | `release:${HaltScope}-record-cleared`
  | 'release:gate-open'
  | 'release:history-written'

/** Hears of each step once it is done: for tracing, and for tests that end the process there. */
export type StepListener = (step: HaltStep) => void
