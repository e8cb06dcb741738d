import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { SetupError } from '../lib/log.mjs'

const require = createRequire(import.meta.url)
const START_DEADLINE_MS = 20_000

/** Where the anvil binary of this platform is; throws a SetupError that says what is missing. @returns {string} */
function anvilBinary() {
  const platform = process.platform
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const name = `@foundry-rs/anvil-${platform}-${arch}`
  try {
    const folder = dirname(require.resolve(`${name}/package.json`))
    const binary = join(folder, 'bin', platform === 'win32' ? 'anvil.exe' : 'anvil')
    if (existsSync(binary)) return binary
  } catch {
    // Said below.
  }
  throw new SetupError(
    `the devnet needs anvil, and the package ${name} is not installed. It comes with "npm ci" on Linux x64; ` +
      `elsewhere install that package yourself, without saving it: npm install --no-save ${name}@1.7.1`,
  )
}

/** Whether a loopback port can be listened on. @param {number} port @returns {Promise<boolean>} */
export function isPortFree(port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/**
 * @typedef {object} Anvil
 * @property {string} url
 * @property {() => Promise<void>} stop ends it and waits until it is gone
 * @property {Promise<void>} gone settles when it has ended, for whatever reason
 */

/**
 * Starts anvil on loopback, chain id 31337, mining nothing by itself. It dies with this process.
 * @param {{ port: number, genesisSec: number, hardfork?: string }} options port 0 lets the system choose; `hardfork` as anvil names them, its newest by default
 * @returns {Promise<Anvil>}
 */
export async function startAnvil({ port, genesisSec, hardfork }) {
  const args = ['--host', '127.0.0.1', '--port', String(port), '--chain-id', '31337', '--no-mining', '--accounts', '3']
  // A block that takes the whole deployment, and transactions in the order of their nonces.
  args.push('--gas-limit', '60000000', '--timestamp', String(genesisSec))
  if (hardfork !== undefined) args.push('--hardfork', hardfork)
  const keeper = spawn(process.execPath, [fileURLToPath(new URL('keeper.mjs', import.meta.url)), anvilBinary(), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  /** @type {Promise<void>} */
  const gone = new Promise((resolve) => keeper.once('close', () => resolve()))
  const stop = () => {
    keeper.stdin.end()
    return gone
  }
  /** @type {Promise<string>} */
  const listening = new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(
      () => reject(new SetupError(`anvil did not start within ${START_DEADLINE_MS / 1000} s:\n${said}`)),
      START_DEADLINE_MS,
    )
    const keep = (/** @type {Buffer} */ chunk) => {
      said = (said + chunk.toString('utf8')).slice(-10_000)
      const match = /Listening on (\S+)/.exec(said)
      if (match === null) return
      clearTimeout(timer)
      // What follows is a log line for each request: read on, or the pipe fills up and anvil stops.
      keeper.stdout.off('data', keep).resume()
      keeper.stderr.off('data', keep).resume()
      resolve(`http://${match[1]}`)
    }
    keeper.stdout.on('data', keep)
    keeper.stderr.on('data', keep)
    keeper.stdin.on('error', () => {})
    keeper.once('error', reject)
    void gone.then(() => {
      clearTimeout(timer)
      reject(new SetupError(`anvil ended before it listened:\n${said}`))
    })
  })
  try {
    return { url: await listening, stop, gone }
  } catch (error) {
    await stop()
    throw error
  }
}
