import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { SetupError, say } from './log.mjs'
import { ensureOfflineRuntime, installedOfflineRuntime, offlineRuntimeFits } from './offline-runtime.mjs'
import { downloadOfficialRuntime, executableName, installedOfficialRuntime, shippedVersion } from './official-runtime.mjs'
import { run } from './process.mjs'

/**
 * @typedef {object} ElectronRuntime
 * @property {'override' | 'official' | 'offline'} kind
 * @property {string} executable
 * @property {string} electron its Electron version
 * @property {number} napi the Node-API version native modules can rely on
 */

const OFFLINE_VERSIONS = { electron: '25.1.1', napi: 8 }
const OFFICIAL_NAPI = 10

/** An override can be anything: it is asked. @param {string} executable @returns {Promise<{ electron: string, napi: number }>} */
async function askVersions(executable) {
  const script = 'console.log(JSON.stringify({ electron: process.versions.electron, napi: Number(process.versions.napi) }))'
  const { code, output } = await run(executable, ['-e', script], { output: 'quiet', env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } })
  const line = output.split('\n').find((text) => text.startsWith('{'))
  if (code !== 0 || line === undefined)
    throw new SetupError(`ELECTRON_OVERRIDE_DIST_PATH points at ${executable}, which does not start:\n${output}`)
  return JSON.parse(line)
}

/** @param {string} folder @returns {Promise<ElectronRuntime>} */
async function overridden(folder) {
  const executable = resolve(join(folder, executableName()))
  if (!existsSync(executable))
    throw new SetupError(`ELECTRON_OVERRIDE_DIST_PATH is set to ${folder}, but there is no ${executableName()} in it.`)
  const versions = await askVersions(executable)
  say(`Electron ${versions.electron} from ELECTRON_OVERRIDE_DIST_PATH`)
  return { kind: 'override', executable, ...versions }
}

/** @param {string} executable @returns {ElectronRuntime} */
const official = (executable) => ({ kind: 'official', executable, electron: shippedVersion(), napi: OFFICIAL_NAPI })

/** @param {string} executable @param {string} reason @returns {ElectronRuntime} */
function offline(executable, reason) {
  say(`Electron ${OFFLINE_VERSIONS.electron}, the offline runtime, for development and tests only: ${reason}`)
  return { kind: 'offline', executable, ...OFFLINE_VERSIONS }
}

/**
 * Finds an Electron to run on, fetching one if there is none, and says which was taken and why. In order: the override
 * by ELECTRON_OVERRIDE_DIST_PATH, an installed official binary, the official download, the offline runtime.
 * Once the offline runtime is in place it is used without another attempt, unless one is asked for.
 * @param {{ retryOfficial?: boolean }} [options]
 * @returns {Promise<ElectronRuntime>}
 */
export async function ensureElectron({ retryOfficial = false } = {}) {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  if (override) return overridden(override)

  const installed = installedOfficialRuntime()
  if (installed !== undefined) {
    say(`Electron ${shippedVersion()}, the installed official binary`)
    return official(installed)
  }

  const cached = offlineRuntimeFits() ? installedOfflineRuntime() : undefined
  if (cached !== undefined && !retryOfficial) {
    return offline(cached, 'already here, no official binary installed (`npm run setup -- --official` tries the download again)')
  }

  const downloaded = await downloadOfficialRuntime()
  if ('executable' in downloaded) {
    say(`Electron ${shippedVersion()}, the official binary, just downloaded`)
    return official(downloaded.executable)
  }
  if (!offlineRuntimeFits()) {
    throw new SetupError(
      `no Electron: ${downloaded.reason}, and the offline runtime exists for Linux on x64 only (this is ${process.platform} on ${process.arch}). ` +
        'Make the download reachable (ELECTRON_MIRROR helps), or set ELECTRON_OVERRIDE_DIST_PATH to a folder with an unpacked Electron.',
    )
  }
  return offline(await ensureOfflineRuntime(), downloaded.reason)
}
