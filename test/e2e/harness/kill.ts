import type { RunningHoldfast } from './launch.js'
import { processesOf } from './taps.js'

/** Kills the app at once as a whole, main process and all that it started, as `kill -9` does (Linux); nothing of it can say or write another word. */
export async function killHoldfast({ app }: RunningHoldfast): Promise<void> {
  const exited = new Promise((resolve) => app.process().once('exit', resolve))
  const main = await app.evaluate(() => process.pid)
  for (const { pid } of [...processesOf(main)].sort((one, other) => Number(other.pid === main) - Number(one.pid === main))) kill(pid)
  await exited
}

/** What went with the one before it is gone already. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown
  }
}
