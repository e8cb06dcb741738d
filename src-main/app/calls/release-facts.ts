import { breakersNotClosed } from '../../domain/breaker'
import type { OutsideFact, ReleaseFacts } from '../../engine/halt/release-checks'
import { describeError } from '../../lib/errors'
import type { OpenEnvironment } from '../compose/compose-environment'

/** Finds out, afresh, what the checklist before a release asks about. What cannot be found out is said to be unknown. */
export async function gatherReleaseFacts(environment: OpenEnvironment, nowMs: () => number): Promise<ReleaseFacts> {
  const { breakers, engine, audit } = environment
  const [auditFact, venue] = await Promise.all([auditFactOf(audit), venueFactOf(environment)])
  return {
    breakersNotClosed: breakersNotClosed(breakers.views()),
    unknownOrders: engine.journal
      .open()
      .filter(({ state }) => state === 'unknown')
      .map(({ orderId }) => orderId),
    audit: auditFact,
    signer: signerFactOf(environment),
    venue,
    gatheredAtMs: nowMs(),
  }
}

async function auditFactOf(audit: OpenEnvironment['audit']): Promise<OutsideFact> {
  try {
    const report = await audit.verify()
    const first = report.breaks[0]
    return report.verdict === 'intact'
      ? { status: 'ok', detail: `${report.entries} entries verified` }
      : { status: 'bad', detail: first === undefined ? 'broken' : `${first.kind} at entry ${first.fromSeq}` }
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
