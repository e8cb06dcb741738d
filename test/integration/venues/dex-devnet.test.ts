import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Wallet } from 'ethers'
import { afterAll, afterEach, describe, expect, it } from 'vitest'

import { compileToken } from '../../../build/devnet/compile-token.mjs'
import { systemClock } from '../../../src-main/lib/clock'
import { parseChainProfile } from '../../../src-main/venues/dex/chain-profile'
import { connectDex } from '../../../src-main/venues/dex/connect'
import { must } from './dex-harness'

const folder = mkdtempSync(join(tmpdir(), 'devnet-'))
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

afterAll(() => rmSync(folder, { recursive: true }))

/** Runs the command until it has said everything, and gives what it said. */
async function run(...args: string[]): Promise<{ child: ChildProcess; said: string; profile: string }> {
  const profile = join(folder, 'chain.json')
  const child = spawn(process.execPath, ['build/devnet.mjs', '--port', '0', '--profile', profile, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const said = await new Promise<string>((resolve, reject) => {
    let text = ''
    const hear = (chunk: Buffer) => {
      text += chunk.toString('utf8')
      if (text.includes('Ctrl-C ends')) resolve(text)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', () => reject(new Error(text)))
  })
  return { child, said, profile }
}

const exitOf = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))

async function answers(url: string): Promise<boolean> {
  return fetch(url, { method: 'POST', body: '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}' }).then(
    () => true,
    () => false,
  )
}

describe('npm run devnet', () => {
  it('serves a chain that the app connects to, says whose the key is, and ends at Ctrl-C', async () => {
    const { child, said, profile } = await run()
    const chain = must(parseChainProfile(readFileSync(profile, 'utf8')))
    const dex = must(await connectDex({ profile: chain, clock: systemClock }))
    const key = /private key +(0x[0-9a-f]{64})/.exec(said)![1]!
    const address = /funded account (0x[0-9a-fA-F]{40})/.exec(said)![1]!
    expect(new Wallet(key).address).toBe(address)
    expect(said).toMatch(/WARNING: this key is public knowledge/)
    const balances = must(await dex.v3.reader.balances(address))
    expect(balances.every((balance) => balance.free.gt(0))).toBe(true)
    // It mines by itself.
    const first = must(await dex.chain.block('latest'))!.number
    while (must(await dex.chain.block('latest'))!.number === first);
    dex.close()

    const exit = exitOf(child)
    child.kill('SIGINT')
    expect(await exit).toBe(0)
    expect(await answers(chain.rpcUrl)).toBe(false)
  })

  it('leaves no chain behind when it is killed', async () => {
    const { child, profile } = await run('--block-time', '0')
    const url = must(parseChainProfile(readFileSync(profile, 'utf8'))).rpcUrl
    expect(await answers(url)).toBe(true)
    const exit = exitOf(child)
    child.kill('SIGKILL')
    await exit
    while (await answers(url));
  })

  it('says what it does not understand', async () => {
    for (const args of [['--port', 'x'], ['--port', '70000'], ['--colour']]) {
      await expect(run(...args)).rejects.toThrow(/cannot go on/)
    }
  })
})

it('keeps the compiled token together with its source', () => {
  const kept: unknown = JSON.parse(readFileSync('build/devnet/token.json', 'utf8'))
  expect(kept).toEqual(compileToken())
})
