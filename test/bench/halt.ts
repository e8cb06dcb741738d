import { middleMean, result, type BenchResult } from './lib/bench'
import {
  bareRoundTripMs,
  haltInMainMs,
  launchArmed,
  openBarePage,
  outOfTheBlue,
  pressHalt,
  releaseByHand,
  timeHaltInMain,
} from './lib/armed-app'

const ROUNDS = 21

/**
 * From the press in the page to the closed gate in main, against a bare round trip between a page and main of the same app. Page and main have no clock in
 * common: the way there counts as half of what the round trip takes beyond main's own part, and all of that part counts until its answer.
 */
export async function run(): Promise<BenchResult[]> {
  const running = await launchArmed()
  try {
    const barePage = await openBarePage(running)
    await timeHaltInMain(running)
    const gate: number[] = []
    const bare: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await outOfTheBlue(() => bareRoundTripMs(barePage)))
      const { answeredMs } = await outOfTheBlue(() => pressHalt(running))
      const inMainMs = await haltInMainMs(running)
      gate.push((answeredMs - inMainMs) / 2 + inMainMs)
      bare.push(await outOfTheBlue(() => bareRoundTripMs(barePage)))
      await releaseByHand(running, running.keys)
    }
    return [result('halt', middleMean(gate), 'ms', middleMean(bare), { of: 'ratio', atMost: 1.5 })]
  } finally {
    await running.close()
  }
}
