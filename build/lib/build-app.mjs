import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from './lock.mjs'
import { say } from './log.mjs'
import { toolEnv } from './node.mjs'
import { inProject, projectRoot } from './paths.mjs'
import { run } from './process.mjs'

const SOURCES = ['src-main', 'src-preload', 'src-renderer', 'resources', 'electron.vite.config.ts', 'tsconfig.json', 'package-lock.json']
const stampFile = inProject('out', '.built-from')

/** @param {string} path @param {import('node:crypto').Hash} hash */
function addToHash(path, hash) {
  if (!existsSync(path)) return
  const stats = statSync(path)
  if (stats.isDirectory()) for (const name of readdirSync(path).sort()) addToHash(join(path, name), hash)
  else hash.update(`${path} ${stats.size} ${stats.mtimeMs}\n`)
}

function currentStamp() {
  const hash = createHash('sha256')
  for (const source of SOURCES) addToHash(inProject(source), hash)
  return hash.digest('hex')
}

/**
 * Builds main, preload and renderer into out/.
 * @param {{ onlyIfStale?: boolean }} [options]
 * @returns {Promise<number>} exit code
 */
export async function buildApp({ onlyIfStale = false } = {}) {
  return withLock('build', async () => {
    const stamp = currentStamp()
    if (onlyIfStale && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return 0
    // electron-vite asks for an Electron only to run it; a build must not start a download.
    const env = toolEnv({ ELECTRON_EXEC_PATH: process.env['ELECTRON_EXEC_PATH'] ?? process.execPath })
    const { code, output } = await run('electron-vite', ['build', '--logLevel', 'warn'], { cwd: projectRoot, env, output: 'quiet' })
    if (output.trim() !== '') process.stderr.write(output.trimEnd() + '\n')
    if (code !== 0) return code
    mkdirSync(inProject('out'), { recursive: true })
    writeFileSync(stampFile, stamp)
    say('built into out/')
    return 0
  })
}
