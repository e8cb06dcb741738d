// `npm run audit -- <arguments>`: the app's own audit command, without a window. In a session with a display it reads
// the person's data folder; elsewhere, or with --demo, the one the demo left behind. --user-data-dir=… and
// HOLDFAST_DATA_DIR choose another. The exit code is the command's.
import { resolve } from 'node:path'
import { checkExport } from './check-export.mjs'
import { buildApp } from './lib/build-app.mjs'
import { canOpenWindows, runInDesktop } from './lib/desktop.mjs'
import { runMain } from './lib/log.mjs'
import { toolEnv } from './lib/node.mjs'
import { projectRoot } from './lib/paths.mjs'
import { run } from './lib/process.mjs'
import { appEnv, prepareApp, runtimeFiles } from './lib/setup.mjs'

/** Chromium takes its switches only before the app's folder. @param {string} arg */
const isChromiumSwitch = (arg) => arg.startsWith('--user-data-dir=') || arg.startsWith('--password-store=')

await runMain(async () => {
  const given = process.argv.slice(2)
  // An exported file needs neither the app nor its key.
  if (given[0] === 'check') return checkExport(given.slice(1), (line) => process.stdout.write(`${line}\n`))
  const demo = given.includes('--demo') || !canOpenWindows()
  const switches = given.filter(isChromiumSwitch)
  const args = given.filter((arg) => arg !== '--demo' && !isChromiumSwitch(arg))
  const runtime = await prepareApp({ headless: demo })
  const built = await buildApp({ onlyIfStale: true })
  if (built !== 0) return built

  const dataDir = process.env['HOLDFAST_DATA_DIR']
  const env = { ...appEnv(runtime), ...(dataDir ? { HOLDFAST_DATA_DIR: resolve(dataDir) } : {}) }
  const command = [projectRoot, 'audit', ...args]
  if (!demo) return (await run(runtime.executable, [...switches, ...command], { env: toolEnv(env) })).code
  // Chromium's complaints about a machine without a system bus or a GPU say nothing about the audit log.
  const quietly = process.platform === 'linux' ? ['--password-store=gnome-libsecret', '--log-level=3'] : []
  return runInDesktop(runtime.executable, [...quietly, ...switches, ...command], { env, lasting: true, reads: runtimeFiles(runtime) })
})
