import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { Wallet } from 'ethers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import type { RemoteConfig } from '../../../src-main/domain/signer'
import type { SecureTask } from '../../../src-preload/contract/secure'
import { allowing } from '../../support/app/allowing'
import { launchApp, removeDataDir, type TestApp } from '../../support/app/launch'
import { answerFor, lightKeyHost, testnetDataDir, writeProfile } from '../../support/app/devnet-app'
import { startDevnet, type Devnet } from '../../support/devnet'

// A service that says of an address in use that it holds it: it would step in for the signer that is there, and see every transaction that that one cannot sign.

let devnet: Devnet
let app: TestApp
let service: Server
/** What the service signs with, whatever it says. */
let wallet: Wallet
let heard: string[]
let asked: Extract<SecureTask, { kind: 'authorise' }>[]

beforeAll(async () => {
  devnet = await startDevnet()
  service = createServer((request, response) => {
    void (async () => {
      let text = ''
      for await (const part of request as AsyncIterable<Buffer>) text += part.toString()
      response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: await answer(text) }))
    })()
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  const dataDir = testnetDataDir()
  const devnetProfile = writeProfile(dataDir, { ...devnet.chainProfile, rpcUrl: devnet.url })
  app = await launchApp({ dataDir, devnetProfile, spawnKeyHost: () => lightKeyHost() })
  app.answer = answerFor(devnet)
  await app.must('signer.import', { label: 'Desk', from: 'private-key' })
}, 120_000)
afterAll(async () => {
  await app.stop()
  service.close()
  await devnet.stop()
  removeDataDir(app.dataDir)
})
beforeEach(() => {
  heard = []
  asked = []
  app.answer = (task) => {
    if (task.kind === 'authorise') asked.push(task)
    return null
  }
})

async function answer(text: string): Promise<unknown> {
  const { method, params } = JSON.parse(text) as { readonly method: string; readonly params: readonly Record<string, string>[] }
  heard.push(method)
  if (method === 'eth_accounts') return [devnet.fundedAddress]
  if (method !== 'eth_signTransaction') return null
  const { from: _from, gas, nonce, ...tx } = params[0]!
  return wallet.signTransaction({ ...tx, type: 2, chainId: 31_337, gasLimit: gas!, nonce: Number(nonce) })
}
const config = (): RemoteConfig => ({
  kind: 'remote',
  dialect: 'web3signer',
  service: {
    url: `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
    timeoutMs: 5_000,
    trust: { type: 'system' },
    clientCertificate: null,
  },
  retries: 0,
  tokenRef: null,
})
const add = () => app.call('signer.add', { label: 'Twin', config: config(), address: devnet.fundedAddress })
const names = async () => (await app.must('signer.list', {})).map(({ label }) => label)

describe('X1: a second signer for an address that is in use', () => {
  test('needs a chain to make a test signature for, before anybody is asked', async () => {
    expect(await add()).toMatchObject({ ok: false, problem: { code: 'VENUE_CLOSED' } })
    expect([asked, heard]).toEqual([[], []])
    await app.must('chain.connect', { from: 'devnet' })
  })

  test('is asked for, also where its place is known already; the whole of how it is reached is shown', async () => {
    wallet = Wallet.createRandom() as unknown as Wallet
    await allowing(app, () => app.must('signer.discover', { config: config() }))
    heard = []
    expect(await add()).toMatchObject({ ok: false, problem: { code: 'CANCELED_BY_USER' } })
    expect(asked[0]?.changes).toEqual(
      expect.arrayContaining([
        { label: `Signs for ${devnet.fundedAddress}`, before: 'Desk', after: 'Desk, Twin' },
        { label: 'Address', before: null, after: config().service.url },
      ]),
    )
    expect(heard).toEqual([])
  })

  test('is not taken in on its word: what it signs must be of the address', async () => {
    wallet = Wallet.createRandom() as unknown as Wallet
    expect(await allowing(app, add)).toMatchObject({ ok: false, problem: { code: 'SIGNATURE_MISMATCH' } })
    expect(heard).toContain('eth_signTransaction')
    expect(await names()).toEqual(['Desk'])
  })

  test('is taken in when it has signed, and steps in second', async () => {
    wallet = new Wallet(devnet.fundedKey)
    expect(await allowing(app, add)).toMatchObject({ ok: true })
    expect((await app.must('signer.list', {})).map(({ label, turn }) => [label, turn])).toEqual([
      ['Desk', 1],
      ['Twin', 2],
    ])
  })
})
