import { middleMean, result, type BenchResult } from './lib/bench'
import { bareRoundTripMs, launchArmed, openBarePage, outOfTheBlue, pressHalt, releaseByHand } from './lib/armed-app'

const ROUNDS = 21

/** From the press in the page to the closed gate, against a bare round trip between a page and main of the same app. */
export async function run(): Promise<BenchResult[]> {
  const running = await launchArmed()
  try {
    const barePage = await openBarePage(running)
    const gate: number[] = []
    const bare: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await outOfTheBlue(() => bareRoundTripMs(barePage)))
      gate.push((await outOfTheBlue(() => pressHalt(running))).gateMs)
      bare.push(await outOfTheBlue(() => bareRoundTripMs(barePage)))
      await releaseByHand(running, running.keys)
    }
    return [result('halt', middleMean(gate), 'ms', middleMean(bare), { of: 'ratio', atMost: 1.5 })]
  } finally {
    await running.close()
  }
}
