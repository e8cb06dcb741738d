/** A problem that is explained to the person at the terminal: shown without a stack. */
export class SetupError extends Error {}

/** Prints one line of progress. @param {string} message */
export function say(message) {
  process.stderr.write(`[holdfast] ${message}\n`)
}

/** Formats a duration for people. @param {number} milliseconds */
export function duration(milliseconds) {
  return milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${Math.round(milliseconds / 1000)} s`
}

/**
 * Announces a slow step, runs it and says how long it took.
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(label, work) {
  const start = performance.now()
  say(`${label} …`)
  const result = await work()
  say(`${label}: done in ${duration(performance.now() - start)}`)
  return result
}

/**
 * Runs a script's main function. Its number becomes the exit code; a SetupError becomes a plain message.
 * @param {() => Promise<number | void>} main
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0
  } catch (error) {
    if (error instanceof SetupError) say(`cannot go on: ${error.message}`)
    else console.error(error)
    process.exitCode = 1
  }
}
