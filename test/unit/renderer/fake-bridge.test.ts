import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { calls, type CallName } from '../../../src-preload/contract/index'
import { FakeBridge } from '../../support/fake-bridge/fake-bridge'
import { SCENARIOS, type ScenarioName } from '../../support/fake-bridge/scenario'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})
const ask = async <T>(reply: Promise<T>): Promise<T> => {
  await vi.advanceTimersByTimeAsync(60_000)
  return reply
}
const READS: CallName[] = Object.entries(calls)
  .filter(([, call]) => call.kind === 'query' && call.input.safeParse({}).success)
  .map(([name]) => name as CallName)

// The pictures are worth something only while the fake main speaks the contract: it checks itself, and says INTERNAL where it does not.
test.each(Object.keys(SCENARIOS) as ScenarioName[])('scenario %s answers every plain question within the contract', async (scenario) => {
  const bridge = new FakeBridge(scenario)
  expect(READS.length).toBeGreaterThan(8)
  for (const name of READS) expect(await ask(bridge.call(name, {})), name).toMatchObject({ ok: true })
})
