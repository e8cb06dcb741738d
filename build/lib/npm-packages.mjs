import { existsSync, readFileSync } from 'node:fs'
import { SetupError, step } from './log.mjs'
import { withLock } from './lock.mjs'
import { inProject, projectRoot } from './paths.mjs'
import { run } from './process.mjs'

/** @typedef {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }>} LockedPackages */

/** @param {string} file @returns {LockedPackages} */
const lockedPackages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages ?? {}

/**
 * Whether node_modules holds what the lockfile asks for. npm writes its hidden lockfile last, so an interrupted
 * install does not pass.
 */
function isInstalled() {
  try {
    const installed = lockedPackages(inProject('node_modules', '.package-lock.json'))
    return Object.entries(lockedPackages(inProject('package-lock.json'))).every(([path, wanted]) => {
      if (path === '') return true
      const found = installed[path]
      if (found === undefined) return wanted.optional === true || wanted.devOptional === true
      return found.version === wanted.version && existsSync(inProject(path, 'package.json'))
    })
  } catch {
    return false
  }
}

/** Installs the npm packages of the lockfile unless they are there. */
export async function ensureNpmPackages() {
  if (isInstalled()) return
  await withLock('npm', async () => {
    if (isInstalled()) return
    // A finished but outdated folder is brought up to date in place: `npm ci` would pull it from under running tools.
    const outdated = existsSync(inProject('node_modules', '.package-lock.json'))
    const args = outdated ? ['install', '--no-save'] : ['ci']
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    const result = await step(`installing npm packages (npm ${args.join(' ')})`, () =>
      // Engine warnings are about the tools, which run on the packaged Node, not on the one npm runs on.
      run(npm, [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd: projectRoot }),
    )
    if (result.code !== 0) throw new SetupError('npm could not install the packages; its message is above.')
    if (!isInstalled())
      throw new SetupError('npm finished, but node_modules does not match package-lock.json: run `npm install` and commit the lockfile.')
  })
}
