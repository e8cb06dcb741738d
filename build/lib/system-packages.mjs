import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { withLock } from './lock.mjs'
import { SetupError, step } from './log.mjs'
import { run, runQuietly } from './process.mjs'

/**
 * What must be on the machine and the Debian package that brings it. Newer releases renamed some libraries
 * (64-bit time): several names mean "the first one the release knows".
 * @typedef {{ command: string, packages: string[] } | { library: string, packages: string[] }} Need
 */

/** @type {Need[]} */
const ELECTRON = [
  { library: 'libgtk-3.so.0', packages: ['libgtk-3-0t64', 'libgtk-3-0'] },
  { library: 'libnss3.so', packages: ['libnss3'] },
  { library: 'libatk-bridge-2.0.so.0', packages: ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'] },
  { library: 'libgbm.so.1', packages: ['libgbm1'] },
  { library: 'libasound.so.2', packages: ['libasound2t64', 'libasound2'] },
  { library: 'libcups.so.2', packages: ['libcups2t64', 'libcups2'] },
  { library: 'libdrm.so.2', packages: ['libdrm2'] },
  { library: 'libsecret-1.so.0', packages: ['libsecret-1-0'] },
]

/** @type {Need[]} */
const HEADLESS = [
  { command: 'Xvfb', packages: ['xvfb'] },
  { command: 'dbus-daemon', packages: ['dbus-daemon', 'dbus'] },
  { command: 'gnome-keyring-daemon', packages: ['gnome-keyring'] },
  // The tests press the global halt shortcut as a person would, outside any window.
  { command: 'xdotool', packages: ['xdotool'] },
  // A real HSM in software, for the tests of PKCS#11 signers.
  { command: 'softhsm2-util', packages: ['softhsm2'] },
]

/** @type {Need[]} */
const COMPILER = [
  { command: 'g++', packages: ['g++'] },
  { command: 'make', packages: ['make'] },
  { command: 'python3', packages: ['python3'] },
  { command: 'patch', packages: ['patch'] },
]

const GROUPS = { electron: ELECTRON, headless: HEADLESS, compiler: COMPILER }

/** @param {string} command */
function onPath(command) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/bin', '/usr/sbin', '/sbin']
  return folders.some((folder) => folder !== '' && existsSync(join(folder, command)))
}

/** @param {Need[]} needs @returns {Promise<Need[]>} */
async function missingOf(needs) {
  const ldconfig = ['/sbin/ldconfig', '/usr/sbin/ldconfig'].find((file) => existsSync(file))
  const libraries = ldconfig === undefined ? undefined : await ldconfigList(ldconfig)
  return needs.filter((need) => ('command' in need ? !onPath(need.command) : libraries !== undefined && !libraries.has(need.library)))
}

/** @param {string} ldconfig */
async function ldconfigList(ldconfig) {
  const { execFileSync } = await import('node:child_process')
  const text = execFileSync(ldconfig, ['-p'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  return new Set(text.split('\n').map((line) => line.trim().split(' ')[0] ?? ''))
}

/** @param {string[]} names */
async function firstKnown(names) {
  for (const name of names.slice(0, -1)) {
    const { code, output } = await run('apt-cache', ['show', name], { output: 'quiet' })
    if (code === 0 && output.includes('Package:')) return name
  }
  return names.at(-1) ?? ''
}

/** @param {Need[]} missing */
async function aptInstall(missing) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const wait = ['-o', 'DPkg::Lock::Timeout=300']
  await runQuietly('apt-get', [...wait, 'update'], { env })
  const names = new Set(await Promise.all(missing.map((need) => firstKnown(need.packages))))
  await runQuietly('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...names], { env })
}

/**
 * Installs the system packages of the named groups where that can be done (Debian and its kin, as root); elsewhere it
 * names the one command to run.
 * @param {readonly (keyof typeof GROUPS)[]} groups
 */
export async function ensureSystemPackages(groups) {
  if (process.platform !== 'linux') return
  const needs = groups.flatMap((group) => GROUPS[group])
  if ((await missingOf(needs)).length === 0) return
  await withLock('apt', async () => {
    const missing = await missingOf(needs)
    if (missing.length === 0) return
    const what = missing.map((need) => ('command' in need ? need.command : need.library)).join(', ')
    if (!onPath('apt-get')) {
      throw new SetupError(`this system lacks ${what}. Install them with your package manager and run this again.`)
    }
    if (process.getuid?.() !== 0) {
      const names = [...new Set(await Promise.all(missing.map((need) => firstKnown(need.packages))))].join(' ')
      throw new SetupError(
        `this system lacks ${what}. Run this once, then try again:\n\n    sudo apt-get install -y --no-install-recommends ${names}\n`,
      )
    }
    await step(`installing system packages for ${what}`, () => aptInstall(missing))
    const still = await missingOf(needs)
    if (still.length > 0) throw new SetupError(`apt-get finished, but still missing: ${JSON.stringify(still)}`)
  })
}
