import type { ReleaseFacts } from '../../src-main/engine/halt/release-checks'

/** Nothing stands in the way of a release. */
export function allWell(nowMs: number): ReleaseFacts {
  const fine = { status: 'ok', detail: 'fine' } as const
  return {
    breakersNotClosed: [],
    unknownOrders: [],
    explainedOrders: [],
    audit: fine,
    signer: fine,
    venue: fine,
    triggers: [],
    gatheredAtMs: nowMs,
  }
}
