import { z } from 'zod'

import { ENVIRONMENTS } from '../../src-main/domain/environment'
import { READINESS_CODES, READINESS_STATES } from '../../src-main/domain/readiness'
import { command, query } from './channel'
import { epochMs, figures, nothing } from './primitives'

/** What the app found of what must be so before real money may be traded; nothing in it can be ticked by hand. */
export const readinessView = z.strictObject({
  environment: z.enum(ENVIRONMENTS),
  atMs: epochMs,
  /** Every check has passed, or is about something that this environment does not have. */
  ready: z.boolean(),
  checks: z.array(z.strictObject({ code: z.enum(READINESS_CODES), state: z.enum(READINESS_STATES), figures })).max(READINESS_CODES.length),
})

/** Calls about what must be so before real money may be traded. */
export const readinessCalls = {
  /** By what is known; `fresh` looks at signers, disk and the whole record anew first. */
  'readiness.report': query(z.strictObject({ fresh: z.boolean() }), readinessView),
  /** The same, looked at anew, with a copy in the audit record: a person asked for it. */
  'readiness.record': command(nothing, readinessView),
} as const

/** What the app found of it. */
export type ReadinessView = z.output<typeof readinessView>
