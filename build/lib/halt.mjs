import { existsSync } from 'node:fs'
import { inProject } from './paths.mjs'
import { run } from './process.mjs'
import { prepareTools } from './setup.mjs'

/** Whether these arguments of the app ask for a halt, as it reads them itself. @param {readonly string[]} args */
export const asksToHalt = (args) => args.find((arg) => arg === 'halt' || arg === 'audit') === 'halt'

/**
 * Halts what the app of this user does, with Node alone: no Electron, build, display or network, and as root too.
 * @param {readonly string[]} args `halt`, and why
 * @returns {Promise<number>} exit code: 0 when trading is halted
 */
export async function halt(args) {
  // Nobody who halts waits for packages to be brought up to date.
  if (!existsSync(inProject('node_modules', 'tsx', 'package.json'))) await prepareTools()
  const env = { ...process.env, TSX_TSCONFIG_PATH: inProject('build', 'tsx.config.json') }
  const tsx = import.meta.resolve('tsx')
  return (await run(process.execPath, ['--import', tsx, inProject('src-main', 'app', 'halt', 'halt-without-electron.ts'), ...args], { env })).code
}
