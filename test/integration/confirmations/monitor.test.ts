import { JsonRpcProvider, parseEther, toBeHex, toQuantity, Transaction, Wallet, type TransactionLike } from 'ethers'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'

import { startAnvil } from '../../../build/devnet/anvil.mjs'
import type { ConfirmationEvent } from '../../../src-main/confirmations/confirmations'
import { createConfirmationMonitor } from '../../../src-main/confirmations/monitor'
import type { Hex } from '../../../src-main/domain/evm'
import { systemClock, systemScheduler } from '../../../src-main/lib/clock'
import { decimal } from '../../../src-main/lib/decimal'
import { ethersReader } from './ethers-reader'

const REVERTS_AT = '0x00000000000000000000000000000000000000fe'
/** Copies what follows it and reverts with that: `Error("too little received")`. */
const REVERTING_CODE = `0x6064600c60003960646000fd08c379a0${toBeHex(32, 32).slice(2)}${toBeHex(19, 32).slice(2)}${Buffer.from('too little received').toString('hex').padEnd(64, '0')}`

let anvil: Awaited<ReturnType<typeof startAnvil>>
let provider: JsonRpcProvider
let wallet: Wallet
let stops: (() => void)[] = []

beforeAll(async () => {
  anvil = await startAnvil({ port: 0, genesisSec: Math.floor(Date.now() / 1_000) })
  provider = new JsonRpcProvider(anvil.url, 31337, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1 })
  await provider.send('anvil_setCode', [REVERTS_AT, REVERTING_CODE])
  await mine(70)
})

afterAll(async () => {
  provider.destroy()
  await anvil.stop()
})

beforeEach(async () => {
  wallet = new Wallet(Wallet.createRandom().privateKey, provider)
  await provider.send('anvil_setBalance', [wallet.address, toQuantity(parseEther('10'))])
})

afterEach(() => {
  for (const stop of stops) stop()
  stops = []
})

const mine = (blocks = 1): Promise<unknown> => provider.send('anvil_mine', [toQuantity(blocks)])
const broadcast = (raw: string): Promise<unknown> => provider.send('eth_sendRawTransaction', [raw])
const sign = (more: TransactionLike = {}) =>
  wallet.signTransaction({
    ...{ type: 2, chainId: 31337, to: '0x00000000000000000000000000000000000000AA', value: 1n, nonce: 0, gasLimit: 60_000n },
    ...{ maxFeePerGas: 10_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n },
    ...more,
  })

/** Follows, and lets a test wait for what is said instead of for time to pass. */
function follow(raw: string, usd: string, more: { sentAtMs?: number; finalityDeadlineMs?: number; droppedAfterMs?: number } = {}) {
  const { finalityDeadlineMs = 1_800_000, droppedAfterMs = 120_000, sentAtMs = Date.now() } = more
  const monitor = createConfirmationMonitor({
    chain: ethersReader(provider, finalityDeadlineMs),
    clock: systemClock,
    scheduler: systemScheduler,
    random: { bytes: (length) => new Uint8Array(length), uuid: () => '' },
    pollMs: 10,
    droppedAfterMs,
  })
  const said: string[] = []
  const waiting: { word: string; resolve: () => void }[] = []
  let polls = 0
  const request = { hash: Transaction.from(raw).hash as Hex, from: wallet.address, nonce: 0, notionalUsd: decimal(usd), sentAtMs }
  const stop = monitor.follow(request, (event) => {
    if (event.kind === 'read-succeeded') polls++
    else said.push(inShort(event))
    for (const one of [...waiting]) {
      if (!said.includes(one.word) && one.word !== `poll ${polls}`) continue
      waiting.splice(waiting.indexOf(one), 1)
      one.resolve()
    }
  })
  stops.push(stop)
  const hears = (word: string): Promise<void> =>
    said.includes(word) ? Promise.resolve() : new Promise((resolve) => waiting.push({ word, resolve }))
  /** A poll that began after now has ended. */
  const looksAgain = () => hears(`poll ${polls + 2}`)
  return { said, hears, looksAgain }
}

function inShort(event: ConfirmationEvent): string {
  if (event.kind === 'included') return event.succeeded ? 'included' : 'included failed'
  if (event.kind === 'confirmations') return `${event.have}/${event.need}`
  if (event.kind === 'reverted') return `reverted: ${String(event.reason)}`
  if (event.kind === 'timed-out') return `timed out: ${event.phase}`
  if (event.kind === 'read-failed') return `read failed: ${event.failure.code}`
  return event.kind
}

test('confirmed block by block, then final after 64 more', async () => {
  const raw = await sign()
  await broadcast(raw)
  const { said, hears, looksAgain } = follow(raw, '20000')
  await looksAgain()
  expect(said).toEqual([])
  for (const word of ['1/3', '2/3', 'confirmed']) {
    await mine()
    await hears(word)
  }
  await mine(61)
  await looksAgain()
  expect(said).toEqual(['included', '1/3', '2/3', '3/3', 'confirmed'])
  await mine()
  await hears('finalized')
  expect(said.at(-1)).toBe('finalized')
})

test('followed anew after a restart, long after its time', async () => {
  const raw = await sign()
  await broadcast(raw)
  await mine(70)
  const { said, hears } = follow(raw, '20000', { sentAtMs: Date.now() - 86_400_000 })
  await hears('finalized')
  expect(said).toEqual(['included', '70/3', 'confirmed', 'finalized'])
})

test('finality that does not come is late once', async () => {
  const raw = await sign()
  await broadcast(raw)
  await mine(3)
  const { said, hears, looksAgain } = follow(raw, '20000', { finalityDeadlineMs: 1 })
  await hears('timed out: finality')
  await looksAgain()
  expect(said).toEqual(['included', '3/3', 'confirmed', 'timed out: finality'])
})

test('a reorganisation takes it out; sent again, it is confirmed', async () => {
  const raw = await sign()
  await broadcast(raw)
  await mine()
  const { said, hears, looksAgain } = follow(raw, '5000')
  await hears('1/2')
  await provider.send('anvil_reorg', [1, []])
  await hears('reorged')
  await mine(3)
  await looksAgain()
  expect(said).toEqual(['included', '1/2', 'reorged'])
  await broadcast(raw)
  await mine(2)
  await hears('confirmed')
  expect(said).toEqual(['included', '1/2', 'reorged', 'included', '2/2', 'confirmed'])
})

test('a reorganisation puts another transaction of the same nonce in its place', async () => {
  const raw = await sign()
  const rival = await sign({ value: 0n, to: wallet.address, maxFeePerGas: 20_000_000_000n, maxPriorityFeePerGas: 2_000_000_000n })
  await broadcast(raw)
  await mine()
  const { said, hears, looksAgain } = follow(raw, '5000')
  await hears('1/2')
  await provider.send('anvil_reorg', [1, [[rival, 0]]])
  await hears('reorged')
  expect((await provider.getTransactionReceipt(Transaction.from(rival).hash!))?.status).toBe(1)
  await looksAgain()
  await mine()
  await looksAgain()
  expect(said).toEqual(['included', '1/2', 'reorged'])
  await mine()
  await hears('replaced')
  expect(said).toEqual(['included', '1/2', 'reorged', 'replaced'])
})

test('replaced in the pool by a higher fee', async () => {
  const raw = await sign()
  await broadcast(raw)
  const { said, hears, looksAgain } = follow(raw, '50')
  await broadcast(await sign({ value: 0n, to: wallet.address, maxFeePerGas: 20_000_000_000n, maxPriorityFeePerGas: 2_000_000_000n }))
  await mine()
  await looksAgain()
  expect(said).toEqual([])
  await mine()
  await hears('replaced')
  expect(said).toEqual(['replaced'])
})

test('dropped from the pool is a notice: someone sends the bytes again', async () => {
  const raw = await sign()
  await broadcast(raw)
  const { said, hears } = follow(raw, '50', { droppedAfterMs: 1 })
  await provider.send('anvil_dropTransaction', [Transaction.from(raw).hash])
  await hears('dropped')
  await broadcast(raw)
  await mine()
  await hears('confirmed')
  expect(said).toEqual(['dropped', 'included', '1/1', 'confirmed'])
})

test('a revert, deep enough, with its reason', async () => {
  const raw = await sign({ to: REVERTS_AT, value: 0n, data: '0x12345678' })
  await broadcast(raw)
  await mine()
  const { said, hears, looksAgain } = follow(raw, '5000')
  await looksAgain()
  expect(said).toEqual(['included failed', '1/2'])
  await mine()
  await hears('reverted: too little received')
  expect(said).toEqual(['included failed', '1/2', '2/2', 'reverted: too little received'])
})

test('pending beyond its time', async () => {
  const raw = await sign()
  await broadcast(raw)
  const { said, hears } = follow(raw, '50', { sentAtMs: Date.now() - 60_000 })
  await hears('timed out: confirmations')
  await mine()
  await hears('confirmed')
  expect(said).toEqual(['timed out: confirmations', 'included', '1/1', 'confirmed'])
})

test('a node that is gone', async () => {
  const raw = await sign()
  const other = await startAnvil({ port: 0, genesisSec: Math.floor(Date.now() / 1_000) })
  const kept = provider
  provider = new JsonRpcProvider(other.url, 31337, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1 })
  try {
    const { said, hears, looksAgain } = follow(raw, '20000')
    await looksAgain()
    await other.stop()
    await hears('read failed: NETWORK_ERROR')
    expect(new Set(said)).toEqual(new Set(['read failed: NETWORK_ERROR']))
  } finally {
    for (const stop of stops) stop()
    provider.destroy()
    provider = kept
    await other.stop()
  }
})
