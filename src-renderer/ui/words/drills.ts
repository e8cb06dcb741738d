import type { DrillView } from '../../../src-preload/contract/incidents'

/** What each drill is called and does. */
export const DRILL_WORDS: Readonly<Record<DrillView['kind'], { readonly name: string; readonly means: string }>> = {
  halt: { name: 'Halt', means: 'Places three small orders that rest, halts, and cancels them. You release the halt, as always.' },
  'emergency-halt': {
    name: 'Emergency halt',
    means:
      'The same, and three transactions besides that wait on a chain made for it: each is replaced by a cancel, signed by a key made for it and judged like any other.',
  },
  'breaker-storm': {
    name: 'Breaker storm',
    means: 'Lets the paper exchange refuse orders until a breaker opens, and sees that it holds the next one back.',
  },
  'venue-outage': {
    name: 'Venue outage',
    means: 'Cuts the paper exchange off, sees that nothing is sent blindly, and that it comes back.',
  },
}

/** What was timed. */
export const MEASURE_WORDS: Readonly<Record<DrillView['measures'][number]['name'], string>> = {
  'gate-closed': 'Gate closed',
  'lease-gone': 'Lease gone from disk',
  'speed-up-refused': 'Sending again refused',
  'cancels-sent': 'Cancels on the chain',
  'chain-clear': 'Chain took them all',
  'all-canceled': 'Last order canceled',
  verified: 'Halt verified',
  recovered: 'Released again',
  'breaker-open': 'Breaker open',
  'order-refused': 'Next order refused',
  'outage-seen': 'Outage noticed',
  'back-again': 'Venue back',
}

/** How a drill stands. */
export const DRILL_RESULT_WORDS: Readonly<
  Record<DrillView['result'], { readonly name: string; readonly tone: 'going' | 'attention' | 'good' | 'bad' | 'ended' }>
> = {
  running: { name: 'Running', tone: 'going' },
  'awaits-release': { name: 'Release the halt', tone: 'attention' },
  passed: { name: 'Passed', tone: 'good' },
  failed: { name: 'Failed', tone: 'bad' },
  interrupted: { name: 'Interrupted', tone: 'ended' },
}

const NOTES: Readonly<Record<string, string>> = {
  CLOSE_THE_BREAKER: 'The trade breaker stands open, as it should: close it on the Guards screen, or let it recover.',
  APP_ENDED: 'The app ended in the middle of it.',
}

/** What is still to be said of a drill. */
export function sayDrillNote(note: string): string {
  return Object.hasOwn(NOTES, note) ? (NOTES[note] ?? note) : note
}
