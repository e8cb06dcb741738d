// `npm run devnet`: a chain of our own on loopback with the real Uniswap contracts, until Ctrl-C.
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { isPortFree } from './devnet/anvil.mjs'
import { startDevnet } from './devnet/start.mjs'
import { SetupError, runMain, say, step } from './lib/log.mjs'
import { inProject } from './lib/paths.mjs'

const USUAL_PORT = 8545

const USAGE = `npm run devnet -- [--port <number>] [--block-time <seconds>] [--profile <file>]
  --port        where to listen on 127.0.0.1; by default ${USUAL_PORT}, or any free port when that is taken
  --block-time  seconds between blocks; 0 mines only when asked to (evm_mine); by default 1
  --profile     where to write the chain profile; by default .devnet/chain.json in the project`

await runMain(async () => {
  const options = readOptions(process.argv.slice(2))
  if (options === null) {
    process.stdout.write(`${USAGE}\n`)
    return
  }
  const devnet = await step('starting the devnet', async () =>
    startDevnet({ blockTimeSec: options.blockTimeSec, port: options.port ?? ((await isPortFree(USUAL_PORT)) ? USUAL_PORT : 0) }),
  )
  const profilePath = writeProfile(devnet.chainProfile, options.profilePath)
  process.stdout.write(describe(devnet, profilePath))
  const asked = new Promise((resolve) => {
    process.once('SIGINT', () => resolve('asked'))
    process.once('SIGTERM', () => resolve('asked'))
  })
  const why = await Promise.race([asked, devnet.gone.then(() => 'gone')])
  await devnet.stop()
  if (why === 'gone') throw new SetupError('anvil ended by itself')
  say('devnet stopped')
})

/** @param {string[]} args @returns {{ port: number | null, blockTimeSec: number | null, profilePath: string | null } | null} null when help is wanted */
function readOptions(args) {
  const values = parse(args)
  if (values.help === true) return null
  const blockTimeSec = readInteger('--block-time', values['block-time'] ?? '1', 3600)
  return {
    port: values.port === undefined ? null : readInteger('--port', values.port, 65_535),
    blockTimeSec: blockTimeSec === 0 ? null : blockTimeSec,
    profilePath: values.profile ?? null,
  }
}

/** @param {string[]} args */
function parse(args) {
  const text = /** @type {const} */ ({ type: 'string' })
  const options = { port: text, 'block-time': text, profile: text, help: /** @type {const} */ ({ type: 'boolean', short: 'h' }) }
  try {
    return parseArgs({ args, options }).values
  } catch (error) {
    throw new SetupError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
  }
}

/** @param {string} name @param {string} text @param {number} most */
function readInteger(name, text, most) {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(value <= most)) throw new SetupError(`${name} takes a whole number from 0 to ${most}, not "${text}"`)
  return value
}

/**
 * Writes the chain profile; its usual folder ignores itself in git.
 * @param {import('./devnet/start.mjs').ChainProfileJson} profile @param {string | null} elsewhere
 */
function writeProfile(profile, elsewhere) {
  const path = elsewhere ?? inProject('.devnet', 'chain.json')
  if (elsewhere === null) {
    mkdirSync(inProject('.devnet'), { recursive: true })
    writeFileSync(inProject('.devnet', '.gitignore'), '*\n')
  }
  writeFileSync(path, `${JSON.stringify(profile, null, 2)}\n`)
  return path
}

/** @param {import('./devnet/start.mjs').Devnet} devnet @param {string} profilePath */
function describe(devnet, profilePath) {
  const { addresses, chainProfile } = devnet
  const rows = Object.entries(addresses).map(([name, address]) => `  ${name.padEnd(12)} ${address}`)
  const pools = chainProfile.instruments.map(
    ({ symbol, venue, ...rest }) => `  ${venue} ${symbol}${'feeTier' in rest ? ` fee ${rest.feeTier}` : ''}`,
  )
  return `
RPC            ${devnet.url}   (chain id ${chainProfile.chainId})
chain profile  ${profilePath}

contracts
${rows.join('\n')}

pools
${pools.join('\n')}

funded account ${devnet.fundedAddress}
private key    ${devnet.fundedKey}

  WARNING: this key is public knowledge; anybody can spend what it holds. It is for this chain only.
  Never send anything of value to it, on any chain.

Ctrl-C ends the chain and forgets everything on it.
`
}
