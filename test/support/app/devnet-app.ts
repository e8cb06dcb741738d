import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { savePreferences } from '../../../src-main/app/start/preferences'
import { systemRandom } from '../../../src-main/app/random'
import type { SecureTask, SecureAnswer } from '../../../src-preload/contract/secure'
import { initialise } from '../../../src-main/engine/halt/set-up'
import { systemScheduler, type Scheduler } from '../../../src-main/lib/clock'
import type { OrderDraft } from '../../../src-preload/contract/orders'
import { InProcessHost } from '../../unit/signers/keystore/in-process-host'
import type { Devnet } from '../devnet'
import { FakeClock } from '../fake-clock'
import { freshDataDir, launchApp, type LaunchOptions, type TestApp } from './launch'

export { approveRouter as allowRouter } from '../weth'

/** The password of the devnet key in tests; no secret. */
export const PASSWORD = 'correct horse battery staple'
const utf8 = (text: string) => new TextEncoder().encode(text)

/** Answers for the person: imports and unlocks the devnet's public key. */
export const answerFor =
  (devnet: Pick<Devnet, 'fundedKey'>) =>
  (task: SecureTask): SecureAnswer | null =>
    task.kind === 'import-key'
      ? { kind: task.kind, id: task.id, privateKey: utf8(devnet.fundedKey), password: utf8(PASSWORD) }
      : task.kind === 'unlock-keystore'
        ? { kind: task.kind, id: task.id, password: utf8(PASSWORD) }
        : null

/** A data folder that opens in an armed testnet. */
export function testnetDataDir(): string {
  const dataDir = freshDataDir()
  for (const environment of ['paper', 'testnet'] as const) {
    const armed = initialise(dataDir, environment, systemRandom, Date.now())
    if (!armed.ok) throw new Error(armed.error.detail)
  }
  savePreferences(dataDir, { environment: 'testnet', colourScheme: 'dark' })
  return dataDir
}

/** The key host without its process and with a light KDF: what it does to keys is tested elsewhere, and takes seconds. */
export const lightKeyHost = (): InProcessHost => new InProcessHost(new FakeClock())

/** Five seconds of patience in a tenth of one; other delays as they are, save those of `shorter`. */
export function hasty(shorter: ReadonlyMap<number, number> = new Map()): Scheduler {
  return { after: (delayMs, task) => systemScheduler.after(shorter.get(delayMs) ?? (delayMs === 5_000 ? 100 : delayMs), task) }
}

/** Writes a chain profile where `chain.connect` finds a devnet's. */
export function writeProfile(dataDir: string, profile: object): string {
  const path = join(dataDir, '..', 'devnet.json')
  writeFileSync(path, JSON.stringify(profile))
  return path
}

/** An app in testnet, connected to the devnet through `rpcUrl`, with the devnet's key unlocked. */
export async function launchOnDevnet(
  devnet: Devnet,
  rpcUrl: string,
  options: LaunchOptions = {},
): Promise<{ readonly app: TestApp; readonly account: string }> {
  const dataDir = testnetDataDir()
  const devnetProfile = writeProfile(dataDir, { ...devnet.chainProfile, rpcUrl })
  const app = await launchApp({ dataDir, devnetProfile, spawnKeyHost: lightKeyHost, scheduler: hasty(), ...options })
  await app.must('chain.connect', { from: 'devnet' })
  app.answer = answerFor(devnet)
  const { id } = await app.must('signer.import', { label: 'Devnet key', from: 'private-key' })
  if (id === null) throw new Error(JSON.stringify(app.lastProblem))
  await app.must('signer.unlock', { id })
  return { app, account: id }
}

/** Sells a tenth of a WETH. */
export const devnetSell = (account: string): OrderDraft => ({
  venue: 'uniswap-v3',
  instrument: 'WETH-USDC',
  side: 'sell',
  type: 'market',
  timeInForce: 'ioc',
  amount: '0.1',
  amountUnit: 'base',
  limitPrice: null,
  riskProfile: 'moderate',
  account,
})
