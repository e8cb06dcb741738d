import { breakersNotClosed } from '../../domain/breaker'
import type { TriggerId } from '../../domain/watch'
import type { OutsideFact, ReleaseFacts } from '../../engine/halt/release-checks'
import type { Watcher } from '../../engine/watch/watcher'
import { describeError } from '../../lib/errors'
import type { OpenEnvironment } from '../compose/compose-environment'
import { unknownOrders } from '../views/watch-view'

/** Triggers whose findings have a check of their own. */
const CHECKED_APART: readonly TriggerId[] = ['breakers', 'signer-breaker', 'audit-chain']

/**
 * Finds out what the checklist before a release asks about; what cannot be found out is said to be unknown. All of it afresh, save the check of
 * the audit chain where the caller allows one of a certain age: then the disk is not measured anew either.
 */
export async function gatherReleaseFacts(
  environment: OpenEnvironment,
  watch: Watcher | null,
  nowMs: () => number,
  auditMayBeOldMs = 0,
): Promise<ReleaseFacts> {
  const { breakers, verification } = environment
  const [auditFact, venue] = await Promise.all([
    auditFactOf(verification, auditMayBeOldMs),
    venueFactOf(environment),
    auditMayBeOldMs === 0 ? watch?.measureDisk() : null,
  ])
  const inDoubt = unknownOrders(environment)
  return {
    breakersNotClosed: breakersNotClosed(breakers.views()),
    unknownOrders: inDoubt.filter(({ explanation }) => explanation === null).map(({ orderId }) => orderId),
    explainedOrders: inDoubt.flatMap(({ orderId, explanation }) =>
      explanation === null ? [] : [{ orderId, by: explanation.by, reason: explanation.reason }],
    ),
    audit: auditFact,
    signer: signerFactOf(environment),
    venue,
    triggers: triggersOf(watch),
    gatheredAtMs: nowMs(),
  }
}

function triggersOf(watch: Watcher | null): readonly string[] | null {
  try {
    const found = watch?.view().findings.filter(({ trigger }) => !CHECKED_APART.includes(trigger))
    return found?.map(({ reason }) => reason) ?? null
  } catch {
    return null // a watch that fails finds nothing out
  }
}

/** The whole chain takes a while to check: a screen that asks again and again is given an answer that is not too old. */
async function auditFactOf(verification: OpenEnvironment['verification'], maxAgeMs: number): Promise<ReleaseFacts['audit']> {
  try {
    const report = await verification.check(maxAgeMs === 0 ? { fresh: true } : { maxAgeMs })
    const first = report.breaks[0]
    if (report.verdict === 'sealed')
      return { status: 'sealed', detail: `${report.entries} entries verified, ${report.sealed.length} breaks sealed` }
    return report.verdict === 'intact'
      ? { status: 'ok', detail: `${report.entries} entries verified` }
      : {
          status: 'bad',
          detail: first === undefined ? 'broken' : first.fromSeq === 0 ? first.kind : `${first.kind} at entry ${first.fromSeq}`,
        }
  } catch (thrown) {
    return { status: 'unknown', detail: describeError(thrown) }
  }
}

function signerFactOf({ signers, paper }: OpenEnvironment): OutsideFact {
  if (paper !== null) return { status: 'ok', detail: 'Paper needs no signer' }
  const broken = signers.list().filter(({ health }) => health.status === 'unavailable')
  return broken.length === 0
    ? { status: 'ok', detail: 'No signer reports a fault' }
    : { status: 'bad', detail: `Failing: ${broken.map(({ label }) => label).join(', ')}` }
}

async function venueFactOf({ engine, chain }: OpenEnvironment): Promise<OutsideFact> {
  const venues = engine.ports.venues.all()
  if (venues.length === 0) {
    return chain.chainProfile === null
      ? { status: 'ok', detail: 'No venue is configured' }
      : { status: 'bad', detail: 'The chain does not answer' }
  }
  const healths = await Promise.all(venues.map(async (venue) => ({ id: venue.id, health: await venue.reader.health() })))
  const failing = healths.filter(({ health }) => !health.ok)
  return failing.length === 0
    ? { status: 'ok', detail: 'Every venue answers' }
    : { status: 'bad', detail: `Not answering: ${failing.map(({ id }) => id).join(', ')}` }
}
