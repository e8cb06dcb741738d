import type { Reply } from '../../../src-preload/contract/problem'
import type { ReadinessView } from '../../../src-preload/contract/readiness'
import type { DrillReport } from '../../domain/drill'
import { isReady } from '../../domain/readiness'
import { judgeReadiness } from '../../engine/readiness/readiness'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'
import { inEnvironment } from './in-environment'
import { gatherReadiness, lookAnew } from './readiness-facts'

type Names = 'readiness.report' | 'readiness.record'

/** Calls about readiness for real money (product rows X9, C14): found out, judged, and recorded where a person wants it. */
export function readinessCalls(context: AppContext, listDrills: AppCalls['drills.list']): Pick<AppCalls, Names> {
  const drills = async (): Promise<readonly DrillReport[]> => {
    const listed = await listDrills({})
    if (!listed.ok) throw new Error(listed.problem.code)
    return listed.value
  }
  const report = (environment: OpenEnvironment): Promise<ReadinessView> => readinessOf(context, environment, drills)
  return {
    'readiness.report': ({ fresh }) =>
      inEnvironment(context, async (environment) => {
        if (fresh) await lookAnew(context, environment)
        return valueReply(await report(environment))
      }),
    'readiness.record': () =>
      inEnvironment(context, async (environment): Promise<Reply<ReadinessView>> => {
        await lookAnew(context, environment)
        const found = await report(environment)
        // Closed meanwhile, it would be the record of another environment.
        const opened = context.environment()
        if (!opened.ok || opened.value !== environment) return problemReply('NOT_READY')
        if (environment.audit.status().refuses !== null) return problemReply('AUDIT_UNAVAILABLE')
        environment.audit.append({
          category: 'SYSTEM_EVENT',
          severity: 'info',
          type: 'ReadinessChecked',
          actor: context.actor(),
          subject: null,
          data: { ready: found.ready, checks: found.checks.map(({ code, state, figures }) => ({ code, state, ...figures })) },
        })
        return valueReply(found)
      }),
  }
}

/** What stands now, judged. For whatever depends on it: nothing in it can be ticked by hand. */
async function readinessOf(
  context: AppContext,
  environment: OpenEnvironment,
  drills: () => Promise<readonly DrillReport[]>,
): Promise<ReadinessView> {
  const facts = await gatherReadiness(context, environment, drills)
  const checks = judgeReadiness(facts)
  return {
    environment: facts.environment,
    atMs: Math.floor(facts.nowMs),
    ready: isReady(checks),
    checks: checks.map(({ code, state, figures }) => ({ code, state, figures: { ...figures } })),
  }
}
