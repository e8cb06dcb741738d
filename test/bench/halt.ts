import { median, result, type BenchResult } from './lib/bench'
import { bareRoundTripMs, launchArmed, openBarePage, pressHalt, releaseByHand } from './lib/armed-app'

const ROUNDS = 9

/** From the press in the page to the closed gate, against a bare round trip between a page and main of the same app. */
export async function run(): Promise<BenchResult[]> {
  const running = await launchArmed()
  try {
    await openBarePage(running)
    const gate: number[] = []
    const bare: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await bareRoundTripMs(running))
      gate.push((await pressHalt(running)).gateMs)
      await releaseByHand(running, running.keys)
    }
    return [result('halt', median(gate), 'ms', median(bare), { of: 'ratio', atMost: 1.5 })]
  } finally {
    await running.close()
  }
}
