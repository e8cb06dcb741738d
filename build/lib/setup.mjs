import { ensureElectron } from './electron-runtime.mjs'
import { toolNode } from './node.mjs'
import { ensureNpmPackages } from './npm-packages.mjs'
import { ensurePkcs11Binding } from './pkcs11-binding.mjs'
import { ensureSqliteBinding } from './sqlite-binding.mjs'
import { ensureSystemPackages } from './system-packages.mjs'

/** Makes the tools usable: npm packages, and a Node new enough for them. */
export async function prepareTools() {
  await ensureNpmPackages()
  toolNode()
}

/**
 * @typedef {object} AppRuntime
 * @property {string} executable Electron
 * @property {string | undefined} sqliteBinding set where the packaged binding does not fit
 */

/**
 * Makes the app runnable: system packages, an Electron, a SQLite binding for it. Quick when nothing is missing.
 * @param {{ headless: boolean, retryOfficial?: boolean }} options headless adds what a virtual desktop needs
 * @returns {Promise<AppRuntime>}
 */
export async function prepareApp({ headless, retryOfficial = false }) {
  await prepareTools()
  const [runtime] = await Promise.all([
    (async () => {
      const electron = await ensureElectron({ retryOfficial })
      return { executable: electron.executable, sqliteBinding: await ensureSqliteBinding(electron.napi) }
    })(),
    ensureSystemPackages(headless ? ['electron', 'headless'] : ['electron']),
    ...(headless ? [ensurePkcs11Binding()] : []),
  ])
  return runtime
}

/**
 * The variables that tell electron-vite, the tests and the app which runtime and binding to use.
 * @param {AppRuntime} runtime
 * @returns {Record<string, string>}
 */
export function appEnv({ executable, sqliteBinding }) {
  return { ELECTRON_EXEC_PATH: executable, ...(sqliteBinding === undefined ? {} : { HOLDFAST_SQLITE_BINDING: sqliteBinding }) }
}

/** The files of a runtime that the desktop's user must be able to read. @param {AppRuntime} runtime */
export const runtimeFiles = ({ executable, sqliteBinding }) => (sqliteBinding === undefined ? [executable] : [executable, sqliteBinding])
