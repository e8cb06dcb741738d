import { join } from 'node:path'

import type { DrillView } from '../../../src-preload/contract/incidents'
import type { DrillReport } from '../../domain/drill'
import { DrillRunner, type DrillRefusal } from '../../engine/drills/drill-runner'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { OpenEnvironment } from '../compose/compose-environment'
import { composeRehearsal } from '../compose/rehearsal'
import type { AppContext } from '../context'
import type { Halter } from '../halt/halt'
import { inEnvironment } from './in-environment'

type Names = 'drills.list' | 'drills.start'

const REFUSALS: Readonly<Record<DrillRefusal, string>> = {
  NOT_PAPER: 'Drills are held in paper alone. Switch to paper first.',
  DRILL_RUNS: 'Another drill is under way.',
  HALTED: 'Trading is halted or reduced. A drill begins where trading is possible.',
  ORDERS_OPEN: 'Paper orders are open. A drill would cancel them: cancel them first.',
  BREAKERS_OPEN: 'A breaker is not closed. A drill begins where all are.',
}

/** Calls about drills. Each open environment has one runner, made when it is first asked for. */
export function drillCalls(context: AppContext, halter: Halter): Pick<AppCalls, Names> {
  const runners = new WeakMap<OpenEnvironment, DrillRunner>()
  const runnerOf = (environment: OpenEnvironment): DrillRunner => {
    const runner = runners.get(environment) ?? makeRunner(context, halter, environment)
    runners.set(environment, runner)
    return runner
  }
  return {
    'drills.list': () => inEnvironment(context, async (environment) => valueReply((await runnerOf(environment).list()).map(drillView))),
    'drills.start': ({ kind }) =>
      inEnvironment(context, (environment) => {
        const started = runnerOf(environment).start(kind, context.actor())
        return started.ok ? valueReply(drillView(started.value)) : problemReply('CHECK_BLOCKED', { detail: REFUSALS[started.error] })
      }),
  }
}

function makeRunner(context: AppContext, halter: Halter, environment: OpenEnvironment): DrillRunner {
  const { engine, audit, verification, drillStore, paper } = environment
  return new DrillRunner({
    environment: environment.environment,
    engine,
    faults: paper?.faults ?? null,
    store: drillStore,
    audit,
    press: (mode, reason) => halter.haltForWindow({ source: 'button', by: context.actor(), reason, scope: 'environment', mode }),
    rehearseChain: () => {
      const venue = engine.ports.venues.get('paper')
      if (venue === null) throw new Error('the paper exchange is not connected')
      const { clock, scheduler, random, facts } = context
      return composeRehearsal({
        ...{ clock, scheduler, random, venue },
        folder: join(facts.dataDir, environment.environment),
        nativeBinding: facts.nativeBinding,
        gate: engine.ports.gate,
        onFault: (thrown) => {
          context.fault('the rehearsal of an emergency', thrown)
        },
      })
    },
    durable: () => halter.durable(),
    finish: () => {
      halter.finish()
    },
    recordIsIntact: async () => (await verification.check({ fresh: true })).verdict !== 'broken',
    releasedAfter: async (atMs) => {
      const { rows } = await audit.query({ filter: { type: 'KillSwitchReleased', sinceMs: atMs }, limit: 500 })
      return rows.at(-1)?.atMs ?? null
    },
    clock: context.clock,
    scheduler: context.scheduler,
    random: context.random,
    onChange: (report) => {
      context.desktop.publish('drills.changed', drillView(report))
    },
    onFault: (thrown) => {
      context.fault('a drill', thrown)
    },
  })
}

function drillView({ measures, notes, by, chain, ...report }: DrillReport): DrillView {
  return {
    ...report,
    by: by.slice(0, 200),
    chain: chain === null ? null : { ...chain },
    measures: measures.map((measure) => ({ ...measure })),
    notes: notes.slice(0, 20),
  }
}
