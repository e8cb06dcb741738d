import { buildApp } from './build-app.mjs'
import { runInDesktop } from './desktop.mjs'
import { SetupError } from './log.mjs'
import { inProject } from './paths.mjs'
import { appEnv, runtimeFiles } from './setup.mjs'

/**
 * Runs one of Playwright's projects against the built app, in a desktop session.
 * @param {'e2e' | 'demo'} project
 * @param {import('./setup.mjs').AppRuntime} runtime
 * @param {{ args?: readonly string[], lasting?: boolean, outputTo?: string, env?: Record<string, string> }} [options]
 * @returns {Promise<number>} exit code
 */
export async function runPlaywright(project, runtime, { args = [], lasting = false, outputTo = inProject('test-results'), env = {} } = {}) {
  if ((await buildApp({ onlyIfStale: true })) !== 0) throw new SetupError('the app does not build.')
  return runInDesktop('playwright', ['test', `--project=${project}`, ...args], {
    env: { ...appEnv(runtime), ...env },
    lasting,
    outputTo,
    reads: [...runtimeFiles(runtime), inProject('out', 'main', 'index.cjs')],
  })
}
