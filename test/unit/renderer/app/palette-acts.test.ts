import type { SpotlightActionData } from '@mantine/spotlight'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { AlertView } from '../../../../src-preload/contract/alerts'
import type { BreakerStatusView, TradingStateView } from '../../../../src-preload/contract/breakers'
import type { DrillView } from '../../../../src-preload/contract/incidents'
import type { OrderSummary } from '../../../../src-preload/contract/orders'
import type { StandView } from '../../../../src-preload/contract/watch'
import {
  alertActs,
  breakerActs,
  drillActs,
  exportAct,
  orderActs,
  standActs,
  tradingActs,
  type DrillGround,
} from '../../../../src-renderer/app/palette-acts'
import { placeOf } from '../../../../src-renderer/stores/navigation'
import { ScriptedBridge } from '../../../support/fake-bridge/scripted-bridge'

let bridge: ScriptedBridge
const location = { hash: '' }
beforeEach(() => {
  bridge = new ScriptedBridge()
  globalThis.holdfast = bridge
  location.hash = ''
  vi.stubGlobal('location', location)
})
afterEach(() => {
  globalThis.holdfast = undefined
  vi.unstubAllGlobals()
})

const labels = (actions: readonly SpotlightActionData[]) => actions.map(({ label }) => label)
const press = (actions: readonly SpotlightActionData[], label: string) => {
  const found = actions.find((each) => each.label === label)
  if (found === undefined) throw new Error(`there is no ${label}`)
  found.onClick?.({} as never)
}
const asked = () => bridge.pending.map(({ name, input }) => [name, input])
const order = (part: Partial<OrderSummary>) =>
  ({
    orderId: 'o1',
    venue: 'paper',
    side: 'sell',
    baseAmount: '0.50',
    baseAsset: 'ETH',
    instrument: 'ETH/USD',
    state: 'working',
    open: true,
    ...part,
  }) as OrderSummary
const ACTIVE = { state: 'active', reducing: [], systemHalt: false } as unknown as TradingStateView
const breaker = (id: BreakerStatusView['id'], state: BreakerStatusView['state']) => ({ id, state }) as BreakerStatusView

test('an order that rests at an exchange is canceled at once; what waits on a chain is opened, to be sped up or canceled', () => {
  const acts = orderActs([
    order({}),
    order({ orderId: 'o2', venue: 'uniswap-v3', side: 'buy', state: 'confirming' }),
    order({ orderId: 'o3', venue: 'uniswap-v3', state: 'signing' }),
    order({ orderId: 'o4', venue: 'uniswap-v2', state: 'failed', open: false }),
  ])
  expect(labels(acts)).toEqual([
    'Cancel: sell 0.5 ETH (ETH/USD, Paper)',
    'Speed up or cancel: buy 0.5 ETH (ETH/USD, Uniswap v3)…',
    'Cancel: sell 0.5 ETH (ETH/USD, Uniswap v3)…',
    'Speed up or cancel: sell 0.5 ETH (ETH/USD, Uniswap v2)…',
  ])
  press(acts, 'Cancel: sell 0.5 ETH (ETH/USD, Paper)')
  expect(asked()).toEqual([['order.cancel', { orderId: 'o1' }]])
  press(acts, 'Speed up or cancel: buy 0.5 ETH (ETH/USD, Uniswap v3)…')
  expect(placeOf(location.hash)).toMatchObject({ screen: 'orders', item: 'o2' })
  expect(asked()).toHaveLength(1)
})

test('trading is reduced and halted where it is not, and let go on where it is', () => {
  expect(labels(tradingActs(ACTIVE))).toEqual(['Reduce trading in this environment…', 'Halt this environment…'])
  const held = { ...ACTIVE, state: 'halted', reducing: ['person'], systemHalt: true } as unknown as TradingStateView
  expect(labels(tradingActs(held))).toEqual(['Leave reducing…', 'Lift the halt of this environment…'])
  press(tradingActs(ACTIVE), 'Halt this environment…')
  expect(placeOf(location.hash).screen).toBe('guards')
})

test('a breaker is isolated while it lets orders pass, and closed while it does not', () => {
  const acts = breakerActs([
    breaker('signer', 'closed'),
    breaker('trade', 'open'),
    breaker('network', 'half-open'),
    breaker('system', 'isolated'),
  ])
  expect(labels(acts)).toEqual([
    'Isolate the signer breaker…',
    'Close the trade breaker…',
    'Isolate the network breaker…',
    'Close the system breaker…',
  ])
})

test('“I am here” where the dead-man switch is on; maintenance is begun or ended', () => {
  const stand = (state: StandView['presence']['state'], maintenance: StandView['maintenance'] = null): StandView => ({
    presence: { state, haltsAtMs: null, seenAtMs: null },
    maintenance,
  })
  expect(labels(standActs(stand('off')))).toEqual(['Begin maintenance…'])
  expect(labels(standActs(stand('off', { purpose: 'update', by: 'ada', reason: 'r', sinceMs: 1 })))).toEqual(['End maintenance…'])
  press(standActs(stand('warning')), 'I am here')
  expect(asked()).toEqual([['presence.here', {}]])
})

test('drills are offered where one may begin, and nowhere else', () => {
  const ground: DrillGround = {
    paper: true,
    armed: true,
    trading: ACTIVE,
    breakers: [breaker('trade', 'closed')],
    openOrders: 0,
    drills: [],
  }
  expect(labels(drillActs(ground))).toEqual(['Drill: halt', 'Drill: emergency halt', 'Drill: breaker storm', 'Drill: venue outage'])
  const not: readonly Partial<DrillGround>[] = [
    { paper: false },
    { armed: false },
    { trading: null },
    { trading: { ...ACTIVE, state: 'reducing' } },
    { breakers: [breaker('trade', 'half-open')] },
    { openOrders: 1 },
    { drills: [{ result: 'running' } as DrillView] },
  ]
  for (const each of not) expect(drillActs({ ...ground, ...each }), JSON.stringify(each)).toEqual([])
  press(drillActs(ground), 'Drill: venue outage')
  expect(asked()).toEqual([['drills.start', { kind: 'venue-outage' }]])
  expect(placeOf(location.hash).screen).toBe('incidents')
})

test('alerts that wait are opened to be acknowledged, and none where none waits', () => {
  const alert = (acknowledged: AlertView['acknowledged']) => ({ acknowledged }) as AlertView
  expect(alertActs([alert({ by: 'ada', atMs: 1 })])).toEqual([])
  const acts = alertActs([alert(null), alert({ by: 'ada', atMs: 1 }), alert(null)])
  expect(acts).toMatchObject([{ label: 'Acknowledge alerts…', description: '2 wait for somebody' }])
  press(acts, 'Acknowledge alerts…')
  expect(placeOf(location.hash).screen).toBe('alerts')
})

test('the audit log is exported as its filter shows it', () => {
  press([exportAct()], 'Export the audit log…')
  expect(asked()).toMatchObject([['audit.export', { filter: { type: null } }]])
})
