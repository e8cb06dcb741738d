import { existsSync } from 'node:fs'
import { toolEnv } from './node.mjs'
import { inCache, inProject, projectRoot } from './paths.mjs'
import { run } from './process.mjs'

const ROOMS = ['src-main', 'src-preload', 'src-renderer', 'test']

/**
 * Checks style (ESLint), the table of who may import whom (dependency-cruiser), and that nothing lies about unused (knip).
 * @param {readonly string[]} [eslintArgs]
 * @returns {Promise<number>} exit code
 */
export async function runLint(eslintArgs = []) {
  const options = /** @type {const} */ ({ cwd: projectRoot, env: toolEnv(), output: 'quiet' })
  const rooms = ROOMS.filter((room) => existsSync(inProject(room)))
  const results = await Promise.all([
    run('eslint', ['.', '--max-warnings=0', '--cache', '--cache-location', inCache('eslint/'), ...eslintArgs], options),
    run('depcruise', [...rooms, '--config', '.dependency-cruiser.cjs', '--output-type', 'err-long'], options),
    run('knip', ['--no-progress'], options),
  ])
  for (const { output } of results) if (output.trim() !== '') console.log(output.trimEnd())
  return Math.max(...results.map(({ code }) => code))
}
