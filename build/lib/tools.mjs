import { toolEnv, toolNode } from './node.mjs'
import { inProject, projectRoot } from './paths.mjs'
import { run } from './process.mjs'
import { prepareTools } from './setup.mjs'

/** Its own, because tsx would take the path mappings of the project's configuration, which name type declarations, for code. */
const TSX_CONFIG = inProject('build', 'tsx.config.json')

/**
 * Runs a TypeScript program of the tests on the tools' Node; gives its exit code.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {readonly string[]} [nodeArgs]
 * @returns {Promise<number>}
 */
export async function runOnTools(file, args, nodeArgs = []) {
  await prepareTools()
  const env = toolEnv({ TSX_TSCONFIG_PATH: TSX_CONFIG })
  return (await run(toolNode(), [...nodeArgs, '--import', 'tsx', file, ...args], { cwd: projectRoot, env })).code
}
