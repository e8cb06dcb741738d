import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from '@playwright/test'

import { startDevnet, type Devnet } from '../../build/devnet/start.mjs'
import { foundBelow, foundIn, formsOf, type Needle } from '../support/canaries/search.js'
import { LABEL, needlesOf, startLeakyService, typeEverything, type LeakyService } from './harness/canaries.js'
import { valueOf } from './harness/call.js'
import { openRaw, readDatabaseKey } from './harness/database.js'
import { launchHoldfast, profileOf, type RunningHoldfast } from './harness/launch.js'
import { setUpByHand } from './harness/people.js'
import { heapOf, processesOf, tapIpc, type SeenProcess } from './harness/taps.js'

// Every kind of secret is typed where a person types it, and used: with success, and where it fails at a service that says back all that it was told. Then it is
// looked for wherever it could have got to. The tests follow one another in one app.
test.describe.configure({ mode: 'serial' })

let running: RunningHoldfast
let dataDir: string
let devnet: Devnet
let profile: string
let service: LeakyService
let readTape: () => Promise<string>
let needles: readonly Needle[]
const printed: Buffer[] = []
const seen: SeenProcess[] = []
const label = formsOf('the label', LABEL)

test.beforeAll(async () => {
  test.setTimeout(300_000)
  dataDir = mkdtempSync(join(tmpdir(), 'holdfast-data-'))
  // A key signs where a chain is connected.
  devnet = await startDevnet({})
  profile = mkdtempSync(join(tmpdir(), 'holdfast-chain-'))
  writeFileSync(join(profile, 'chain.json'), JSON.stringify(devnet.chainProfile))
  running = await launchHoldfast({ dataDir, env: { HOLDFAST_DEVNET_PROFILE: join(profile, 'chain.json') } })
  for (const stream of [running.app.process().stdout, running.app.process().stderr])
    stream?.on('data', (chunk: Buffer) => printed.push(chunk))
  // Whenever a secret is at the service, the process that sent it is looked at.
  service = await startLeakyService(look)
  readTape = await tapIpc(running)
  const keys = await setUpByHand(running)
  needles = await typeEverything(running, keys, service, look).then((made) => needlesOf([...keys, ...made]))
})
test.afterAll(async () => {
  await running.close()
  await Promise.all([service.close(), devnet.stop()])
  for (const folder of [profile, dataDir, profileOf(dataDir)]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** Looks at every process of the app now. */
function look(): void {
  seen.push(...processesOf(running.app.process().pid ?? 0))
}

test('P1, D2: no message between main and the page carries a secret', async () => {
  const tape = Buffer.from(await readTape())
  expect(foundIn(tape, needles)).toEqual([])
  expect(foundIn(tape, label)).not.toEqual([])
  // They were really used, and would have been known again.
  expect(foundIn(Buffer.from(service.heard.join('\n')), needles)).not.toEqual([])
})

test('P1, D2: the heap of the page holds no secret', async () => {
  const heap = await heapOf(running)
  expect(foundIn(heap, needles)).toEqual([])
  expect(foundIn(heap, label)).not.toEqual([])
})

test('P1: no process of the app has a secret in its arguments or its environment', () => {
  // Main, its key host and a vendor's helper among them.
  expect(new Set(seen.map(({ pid }) => pid)).size).toBeGreaterThan(5)
  expect(seen.some(({ commandLine }) => commandLine.includes('node.mojom.NodeService'))).toBe(true)
  for (const { commandLine, environment } of seen) {
    expect(foundIn(commandLine, needles)).toEqual([])
    expect(foundIn(environment ?? Buffer.alloc(0), needles)).toEqual([])
  }
  const folder = formsOf('the data folder', dataDir)
  expect(foundIn(Buffer.concat(seen.map(({ commandLine }) => commandLine)), folder)).not.toEqual([])
  expect(foundIn(Buffer.concat(seen.map(({ environment }) => environment ?? Buffer.alloc(0))), folder)).not.toEqual([])
})

test('P1: what the app prints has no secret in it', async () => {
  await running.app.evaluate((_electron, text) => {
    process.stderr.write(`${text}\n`)
  }, LABEL)
  await expect.poll(() => foundIn(Buffer.concat(printed), label)).not.toEqual([])
  expect(foundIn(Buffer.concat(printed), needles)).toEqual([])
})

test('P1: neither the files of the app and of Chromium, while it runs and after, nor the databases when opened, hold a secret in clear', async () => {
  const folders = [dataDir, profileOf(dataDir)]
  // The address of the imported key stands in its file.
  const address = formsOf('an address', await importedAddress())
  const below = async (what: readonly Needle[]): Promise<readonly string[]> =>
    (await Promise.all(folders.map((folder) => foundBelow(folder, what)))).flat()
  expect(await below(needles)).toEqual([])
  expect(await below(address)).not.toEqual([])

  const environments = readdirSync(dataDir, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && /^(?:paper|testnet)$/.test(entry.name),
  )
  const keysOf = await Promise.all(environments.map(async ({ name }) => [name, await readDatabaseKey(running, name)] as const))
  await running.close()
  expect(await below(needles)).toEqual([])
  const rows = Buffer.concat(keysOf.map(([name, key]) => rowsOf(join(dataDir, name, 'holdfast.db'), key)))
  expect(foundIn(rows, needles)).toEqual([])
  expect(foundIn(rows, label)).not.toEqual([])
})

/** The address of the key that was imported, as its file has it. */
async function importedAddress(): Promise<string> {
  const signers = (await valueOf(running, 'signer.list', {})) as readonly { label: string; address: string }[]
  return (
    signers
      .find((signer) => signer.label === LABEL)
      ?.address.slice(2)
      .toLowerCase() ?? ''
  )
}

/** Everything that an environment's database holds, once it is opened: journal, audit log, settings, stored secrets. */
function rowsOf(path: string, key: Buffer): Buffer {
  const db = openRaw(path, key)
  try {
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[]
    const cells = tables.flatMap((table) => (db.prepare(`SELECT * FROM "${table}"`).raw().all() as unknown[][]).flat())
    return Buffer.concat(cells.flatMap((cell) => [Buffer.isBuffer(cell) ? cell : Buffer.from(String(cell)), Buffer.from('\n')]))
  } finally {
    db.close()
  }
}
