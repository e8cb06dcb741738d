import { existsSync, readFileSync } from 'node:fs'
import { inProject } from './paths.mjs'
import { step } from './log.mjs'
import { withLock } from './lock.mjs'
import { run } from './process.mjs'
import { toolEnv, toolNode } from './node.mjs'

/** An unreachable host must cost seconds: this is the time it gets to answer at all. */
const ANSWER_WITHIN_MS = 4_000

const packageFolder = (/** @type {string[]} */ ...parts) => inProject('node_modules', 'electron', ...parts)

/** The Electron version the project ships with. @returns {string} */
export const shippedVersion = () => JSON.parse(readFileSync(packageFolder('package.json'), 'utf8')).version

/** Where the executable lies inside an Electron folder on this platform. */
export function executableName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return process.platform === 'win32' ? 'electron.exe' : 'electron'
}

/** The official binary inside the electron package, if it is complete (its path.txt is written last). */
export function installedOfficialRuntime() {
  const executable = packageFolder('dist', executableName())
  if (!existsSync(packageFolder('path.txt')) || !existsSync(packageFolder('dist', 'version')) || !existsSync(executable)) return undefined
  const version = readFileSync(packageFolder('dist', 'version'), 'utf8').trim().replace(/^v/, '')
  return version === shippedVersion() ? executable : undefined
}

/** The electron package knows the address, mirrors included; it is asked rather than repeated here. */
const ADDRESS_SCRIPT = `
  import { createRequire } from 'node:module'
  const require = createRequire(process.argv[1])
  const { pathToFileURL } = await import('node:url')
  const { dirname, join } = await import('node:path')
  const entry = require.resolve('@electron/get')
  const { getArtifactRemoteURL } = await import(pathToFileURL(join(dirname(entry), 'artifact-utils.js')).href)
  console.log(await getArtifactRemoteURL({ artifactName: 'electron', version: 'v' + process.argv[2], platform: process.platform, arch: process.arch }))
`

/** @returns {Promise<string | undefined>} why the host cannot be reached */
async function unreachable() {
  const behindProxy = ['HTTPS_PROXY', 'https_proxy', 'ELECTRON_GET_USE_PROXY', 'GLOBAL_AGENT_HTTPS_PROXY'].some((name) => process.env[name])
  if (behindProxy) return undefined
  const { code, output } = await run(
    toolNode(),
    ['--input-type=module', '-e', ADDRESS_SCRIPT, packageFolder('package.json'), shippedVersion()],
    { output: 'quiet' },
  )
  if (code !== 0) return undefined
  try {
    await fetch(output.trim(), { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    return undefined
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return cause instanceof Error ? cause.message : String(cause)
  }
}

/**
 * Tries the official download.
 * @returns {Promise<{ executable: string } | { reason: string }>}
 */
export async function downloadOfficialRuntime() {
  return withLock('official-runtime', async () => {
    const present = installedOfficialRuntime()
    if (present !== undefined) return { executable: present }
    const why = await unreachable()
    if (why !== undefined) return { reason: `the download host cannot be reached (${why})` }
    const { code, output } = await step(`downloading the official Electron ${shippedVersion()}`, () =>
      run(toolNode(), [packageFolder('install.js')], { output: 'quiet', env: toolEnv() }),
    )
    const executable = installedOfficialRuntime()
    if (code === 0 && executable !== undefined) return { executable }
    return { reason: `the download failed: ${output.trim().split('\n')[0] ?? `exit code ${code}`}` }
  })
}
