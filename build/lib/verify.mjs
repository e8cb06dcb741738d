import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from './build-app.mjs'
import { runPlaywright } from './e2e.mjs'
import { runLint } from './lint.mjs'
import { duration, say } from './log.mjs'
import { toolEnv } from './node.mjs'
import { projectRoot } from './paths.mjs'
import { run } from './process.mjs'
import { prepareApp, prepareTools } from './setup.mjs'
import { playwrightCounts, vitestCounts } from './test-counts.mjs'

/** @typedef {{ name: string, ok: boolean, took: number, passed: number, failed: number, failures: string[] }} Outcome */

/**
 * Runs one check. A check without tests adds to the failures only when it fails; so does a suite that dies before it
 * can report.
 * @param {string} name
 * @param {() => Promise<number>} work gives an exit code
 * @param {() => import('./test-counts.mjs').Counts | undefined} [counts]
 * @returns {Promise<Outcome>}
 */
async function check(name, work, counts = () => ({ passed: 0, failed: 0 })) {
  say(`== ${name}`)
  const start = performance.now()
  let code = 1
  try {
    code = await work()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
  }
  const { passed, failed, failures = [] } = counts() ?? { passed: 0, failed: 0 }
  return { name, ok: code === 0, took: performance.now() - start, passed, failed: code === 0 ? failed : Math.max(1, failed), failures }
}

/** @param {string} project @param {string} report */
const vitest = async (project, report) =>
  (
    await run('vitest', ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], {
      cwd: projectRoot,
      env: toolEnv(),
    })
  ).code

/** @param {string} command @param {string[]} args */
const tool = async (command, args) => (await run(command, args, { cwd: projectRoot, env: toolEnv() })).code

/** @param {readonly Outcome[]} outcomes */
function printSummary(outcomes) {
  const lines = outcomes.map(({ name, ok, took, passed, failed }) => {
    const tests = passed + failed === 0 || (!ok && passed === 0 && failed === 1) ? '' : `${passed} passed, ${failed} failed`
    return `  ${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(12)} ${duration(took).padStart(7)}  ${tests}`.trimEnd()
  })
  const total = (/** @type {'passed' | 'failed'} */ key) => outcomes.reduce((sum, outcome) => sum + outcome[key], 0)
  // Named once more at the very end: what a run prints is long, and its end is what is read first.
  const failures = outcomes.flatMap((outcome) => outcome.failures.map((failure) => `  FAILED ${outcome.name}: ${failure}`))
  console.log(`\n${[...lines, ...failures].join('\n')}\n\n${total('passed')} passed, ${total('failed')} failed`)
}

/**
 * Lint, types, unit and integration tests, build and end-to-end tests, all of them even if one fails. What only the
 * later ones need (Electron, system packages) is fetched while the first ones run; the windows are driven beside the rest.
 * @returns {Promise<number>} exit code
 */
export async function runVerify() {
  await prepareTools()
  const reports = mkdtempSync(join(tmpdir(), 'holdfast-reports-'))
  const report = (/** @type {string} */ name) => join(reports, `${name}.json`)
  const runtime = prepareApp({ headless: true })
  // Its failure is reported by the end-to-end step, which awaits it; until then it must not count as unhandled.
  runtime.catch(() => undefined)
  try {
    // Downloading and compiling go on beside these, and must be over before anything that depends on time.
    const first = [
      await check(
        'unit',
        () => vitest('unit', report('unit')),
        () => vitestCounts(report('unit')),
      ),
      await check('build', () => buildApp()),
      await check('setup', () => runtime.then(() => 0)),
    ]
    // The windows wait most of their time, which leaves a core to the rest.
    const [e2e, rest] = await Promise.all([
      check(
        'e2e',
        async () => runPlaywright('e2e', await runtime, { outputTo: join(reports, 'e2e') }),
        () => playwrightCounts(join(reports, 'e2e', 'results.json')),
      ),
      (async () => [
        await check('lint', () => runLint()),
        await check('typecheck', () => tool('tsc', ['-p', 'tsconfig.json'])),
        await check(
          'integration',
          () => vitest('integration', report('integration')),
          () => vitestCounts(report('integration')),
        ),
      ])(),
    ])
    const outcomes = [...first, ...rest, e2e]
    printSummary(outcomes)
    return outcomes.every((outcome) => outcome.ok) ? 0 : 1
  } finally {
    rmSync(reports, { recursive: true, force: true })
  }
}
