import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { type BREAKER_IDS } from '../../../src-main/domain/breaker'
import { GUARD_IDS, type GuardId } from '../../../src-main/domain/guard'
import type { HoldfastParts } from '../../../src-main/app/holdfast'
import { PaperPlacer } from '../../../src-main/venues/paper/placer'
import { PAPER_SELL } from '../../support/app/drafts'
import { withoutGuards } from '../../support/app/without-guards'
import { armedDataDir, launchApp, removeDataDir, type TestApp } from '../../support/app/launch'
import { FakeClock } from '../../support/fake-clock'

type GuardsOverride = NonNullable<HoldfastParts['guards']>

/** What makes each guard deny an order that was fine when its plan was shown, and what it says then. */
interface Situation {
  /** Between the plan and its signing off. */
  readonly between?: (app: TestApp) => Promise<unknown>
  readonly code: string
  /** The guards that refuse; its own alone, save where two watch the same thing on purpose. */
  readonly denying: readonly GuardId[]
}

const isolated = (breaker: (typeof BREAKER_IDS)[number], denying: readonly GuardId[] = [`breaker-${breaker}`]): Situation => ({
  between: (app) => app.must('breaker.isolate', { breaker, reason: 'test' }),
  code: 'BREAKER_OPEN',
  denying,
})
const SITUATIONS: Readonly<Record<GuardId, Situation>> = {
  'kill-switch': {
    between: (app) => app.must('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' }),
    code: 'KILL_SWITCH_TRIGGERED',
    denying: ['kill-switch'],
  },
  'trading-state': {
    between: (app) => app.must('trading.halt', { reason: 'test', recoverAfterMs: null }),
    code: 'TRADING_HALTED',
    denying: ['trading-state'],
  },
  'breaker-signer': isolated('signer'),
  'breaker-trade': isolated('trade'),
  'breaker-network': isolated('network'),
  'breaker-volatility': isolated('volatility'),
  // X2 wants the slippage guard to say CIRCUIT_BREAKER_ACTIVE: it asks this breaker a second time.
  'breaker-slippage': isolated('slippage', ['breaker-slippage', 'slippage']),
  'breaker-system': isolated('system'),
  'breaker-confirmation': isolated('confirmation'),
  limits: {
    between: (app) => app.must('limits.change', { change: { maxOrderUsd: '1' }, reason: 'test' }),
    code: 'ORDER_VALUE_EXCEEDS_LIMIT',
    denying: ['limits'],
  },
  slippage: { between: () => clock.advance(31_000), code: 'QUOTE_STALE', denying: ['slippage'] },
  policy: {
    between: async (app) => {
      const { trading } = await app.must('policy.get', {})
      const proposal = { which: 'trading', policy: { ...trading.policy!, maxOrderNotionalUsd: '1' } } as const
      await app.must('policy.change', { proposal, base: trading.version!, reason: 'test' })
    },
    code: 'NOTIONAL_EXCEEDS_MAX',
    denying: ['policy'],
  },
}

let clock: FakeClock
let app: TestApp
const realPlace = PaperPlacer.prototype.place

beforeEach(() => {
  clock = new FakeClock()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await app.stop()
  removeDataDir(app.dataDir)
})

/** Goes from a draft as far as it gets, with the situation in between. */
async function trade({ between }: Situation, guards?: GuardsOverride) {
  const placed = vi.spyOn(PaperPlacer.prototype, 'place').mockClear()
  const dataDir = armedDataDir(clock)
  app = await launchApp({ dataDir, clock, scheduler: clock, ...(guards === undefined ? {} : { guards }) })
  const funds = async () =>
    (await app.must('market.balances', { account: 'paper-main' })).balances.map(({ asset, free, held }) => [asset, free, held])
  const fundsBefore = await funds()
  const prepared = await app.call('order.prepare', PAPER_SELL)
  if (prepared.ok) await between?.(app)
  const started = prepared.ok
    ? await app.call('order.confirm', { planId: prepared.value.planId, planHash: prepared.value.planHash })
    : prepared
  await clock.settle()
  const [order] = await app.must('order.list', { which: 'all', limit: 1, beforeMs: null })
  const detail = await app.must('order.detail', { orderId: order!.orderId })
  return {
    code: started.ok ? null : started.problem.code,
    denying: detail.verdicts.filter(({ outcome }) => outcome === 'deny').map(({ guard }) => guard),
    state: detail.summary.state,
    life: detail.events.map(({ type }) => type),
    placed: placed.mock.calls.length,
    moved: JSON.stringify(await funds()) !== JSON.stringify(fundsBefore),
  }
}

const REFUSED = { state: 'denied', placed: 0, moved: false }
const WENT_THROUGH = { code: null, denying: [], state: 'filled', placed: 1, moved: true }

describe('D1: no guard can be left out', () => {
  test.for(GUARD_IDS)('%s: it denies, and nothing reaches the venue', async (id) => {
    const { code, denying } = SITUATIONS[id]
    expect(await trade(SITUATIONS[id])).toMatchObject({ ...REFUSED, code, denying, life: ['OrderInitialized', 'OrderDenied'] })
  })

  test('and where nothing is wrong, the same order goes through', async () => {
    expect(await trade({ code: '', denying: [] })).toMatchObject(WENT_THROUGH)
  })

  const alone = GUARD_IDS.filter((id) => !['kill-switch', 'breaker-slippage'].includes(id))
  test.for(alone)('without %s alone, what it denied goes through', async (id) => {
    expect(await trade(SITUATIONS[id], withoutGuards(id))).toMatchObject(WENT_THROUGH)
  })

  test('X2 X4: the slippage breaker is asked by two guards: either alone denies, without both it goes through', async () => {
    const situation = SITUATIONS['breaker-slippage']
    expect(await trade(situation, withoutGuards('breaker-slippage'))).toMatchObject({
      ...REFUSED,
      code: 'CIRCUIT_BREAKER_ACTIVE',
      denying: ['slippage'],
    })
    await app.stop()
    removeDataDir(app.dataDir)
    expect(await trade(situation, withoutGuards('slippage'))).toMatchObject({
      ...REFUSED,
      code: 'BREAKER_OPEN',
      denying: ['breaker-slippage'],
    })
    await app.stop()
    removeDataDir(app.dataDir)
    expect(await trade(situation, withoutGuards('breaker-slippage', 'slippage'))).toMatchObject(WENT_THROUGH)
  })
})

describe('X5: the kill switch is two layers, each enough by itself', () => {
  const situation = SITUATIONS['kill-switch']
  /** The venue is asked as ever, with a look that sees nothing. */
  const blindTheLastLook = () => {
    vi.spyOn(PaperPlacer.prototype, 'place').mockImplementation(function (this: PaperPlacer, what) {
      return realPlace.call(this, what, () => null)
    })
  }

  test('without the guard the order gets to the venue’s door, and the last look withholds it', async () => {
    expect(await trade(situation, withoutGuards('kill-switch'))).toMatchObject({
      code: null,
      state: 'denied',
      life: ['OrderInitialized', 'OrderApproved', 'OrderSubmitting', 'OrderWithheld'],
      placed: 1,
      moved: false,
    })
  })

  test('without the last look the guard denies', async () => {
    blindTheLastLook()
    expect(await trade(situation)).toMatchObject({ ...REFUSED, code: 'KILL_SWITCH_TRIGGERED', denying: ['kill-switch'] })
  })

  test('without both it goes through', async () => {
    blindTheLastLook()
    expect(await trade(situation, withoutGuards('kill-switch'))).toMatchObject(WENT_THROUGH)
  })
})

test('D1: another table of guards comes in by code that composes the app, and the app’s own code hands none over', () => {
  const folder = join(import.meta.dirname, '../../../src-main')
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
  const composing = sources.filter(({ text }) => text.includes('new Holdfast('))
  expect(composing.length).toBeGreaterThan(0)
  for (const { name, text } of composing) expect(text, name).not.toMatch(/\bguards\b\s*[:,}]/)
  // From the composing code straight to the composition root: on no object that calls or settings can reach.
  const naming = sources.filter(({ text }) => /\bguards\?:|EnvironmentParts\['guards'\]/.test(text)).map(({ name }) => name)
  expect(naming.sort()).toEqual(['app/compose/compose-environment.ts', 'app/holdfast.ts', 'app/open-environment.ts'])
})
