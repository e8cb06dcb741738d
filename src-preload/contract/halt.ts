import { z } from 'zod'

import { HALT_MODES } from '../../src-main/domain/kill-switch'
import { SWEEP_CAUSES, SWEEP_FATES, SWEEP_MODES, SWEEP_PHASES, SWEEP_VENUE_PHASES } from '../../src-main/domain/sweep'
import { command, event, query } from './channel'
import { epochMs, idText, nothing, shortText } from './primitives'

/** One order that a halt went after. Foreign orders have the venue's own ids. */
export const sweepItemView = z.strictObject({
  orderId: shortText,
  fate: z.enum(SWEEP_FATES),
  /** Why it is still out, in a code that the windows have a sentence for; null when nothing is wrong. */
  code: shortText.nullable(),
  tries: z.number().int().min(0),
})
/** What a halt did about what was out. */
export const sweepView = z.strictObject({
  sweepId: idText,
  mode: z.enum(SWEEP_MODES),
  cause: z.enum(SWEEP_CAUSES),
  by: shortText,
  foreignToo: z.boolean(),
  startedAtMs: epochMs,
  /** When nothing was out any more, or the quick tries were over; null before. */
  finishedAtMs: epochMs.nullable(),
  phase: z.enum(SWEEP_PHASES),
  venues: z.array(
    z.strictObject({
      venue: shortText,
      phase: z.enum(SWEEP_VENUE_PHASES),
      /** Why the venue could not be asked what it holds; null when it could. */
      problem: shortText.nullable(),
      items: z.array(sweepItemView).max(1_000),
      /** Orders beyond those that are listed. */
      omitted: z.number().int().min(0),
    }),
  ),
})

/** Calls about what is out while trading is halted. */
export const haltCalls = {
  /** Goes after what is out, while halted; needs no credential. Null while trading is armed. */
  'halt.sweep': command(z.strictObject({ mode: z.enum(SWEEP_MODES) }), sweepView.nullable()),
  /** The same for orders at exchanges that are not ours, such as protective ones that were placed elsewhere. */
  'halt.sweepForeign': command(nothing, sweepView.nullable()),
  /** The sweep that runs, or the last one that did; null when there was none. */
  'halt.sweepReport': query(nothing, sweepView.nullable()),
  /** What a halt does about what is out, as chosen beforehand. */
  'halt.chosen': query(nothing, z.strictObject({ mode: z.enum(HALT_MODES) })),
  /** Chooses it; to choose less opens the main-owned window. */
  'halt.choose': command(
    z.strictObject({ mode: z.enum(HALT_MODES), reason: z.string().min(1).max(500) }),
    z.strictObject({ done: z.boolean() }),
  ),
} as const
/** What main tells of a sweep that runs. */
export const haltEvents = {
  'halt.swept': event(sweepView),
} as const

/** What a halt did about what was out. */
export type SweepView = z.output<typeof sweepView>
/** One order that a halt went after. */
export type SweepItemView = z.output<typeof sweepItemView>
