import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { LEDGER_DRIVERS } from '../../../src-main/domain/signer'
import { makeLedgers } from '../../../src-main/signers/ledger/maker'
import { CONTRACT_TYPED_DATA, contractTx } from '../../support/signers/contract'
import { bundleVendorHost, forkVendorHost } from '../../support/signers/fork-vendor-host'
import { startLedgerPart, type LedgerPart } from '../../support/signers/ledger-part'
import { TRAPPED_DOORS } from '../../support/signers/network-trap'
import { signerParts } from '../../support/signers/signer-parts'

const USDC = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'
const UNISWAP = '0xE592427A0AEce92De3Edee1F18E0157C05861564'
const never = new AbortController().signal
const trapped = await bundleVendorHost(fileURLToPath(new URL('../../support/signers/trapped-vendor-host.ts', import.meta.url)))

const knocking = await bundleVendorHost(fileURLToPath(new URL('../../support/signers/knocking-vendor-host.ts', import.meta.url)))

let folder: string
let part: LedgerPart

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-trap-'))
  writeFileSync(report(), '')
})
afterEach(async () => {
  await part.close()
  rmSync(folder, { recursive: true, force: true })
})

const report = (): string => join(folder, 'left')
/** What tried to leave the helper process, by which door. */
const left = (): readonly string[] => readFileSync(report(), 'utf8').split('\n').slice(0, -1)
/** Parts whose helper process runs the maker's libraries with every way out shut. */
const trappedParts = (env: NodeJS.ProcessEnv = {}) =>
  signerParts({}, { spawnVendorHost: () => forkVendorHost({ TRAP_REPORT: report(), ...env }, trapped) })

describe.each(LEDGER_DRIVERS)('D5: no request leaves the machine because of a device library, by %s', (driver) => {
  test('D5: not for an account, a coin, a token, a swap, a known network, typed data, a rejection or a broken connection', async () => {
    // The emulator is behind TCP here: any HTTP request at all is a library's own, to whatever address.
    part = await startLedgerPart({ driver, over: 'tcp' })
    const parts = trappedParts()
    const maker = makeLedgers()
    const signer = maker.create('ledger-1', part.address, part.config, parts)
    expect((await maker.discover(part.config, parts, never, () => undefined)).ok).toBe(true)
    expect((await maker.verifyAddress?.(part.config, part.address, parts, never, () => undefined))?.ok).toBe(true)
    const plain = contractTx(signer.address, 1)
    for (const tx of [
      plain,
      { ...plain, chainId: 1, data: '0x' as const },
      { ...plain, chainId: 1, to: USDC, valueWei: 0n },
      { ...plain, chainId: 1, to: UNISWAP },
      { ...plain, chainId: 137, to: UNISWAP },
    ])
      expect((await signer.signTransaction(tx, never)).ok).toBe(true)
    expect((await signer.signTypedData?.(CONTRACT_TYPED_DATA, never))?.ok).toBe(true)
    const permit = { ...CONTRACT_TYPED_DATA, domain: { name: 'USD Coin', version: '2', chainId: '1', verifyingContract: USDC } }
    expect((await signer.signTypedData?.(permit, never))?.ok).toBe(true)
    part.device.state.person = 'reject'
    expect((await signer.signTransaction(plain, never)).ok).toBe(false)
    part.misbehave('reset')
    expect((await signer.signTransaction(plain, never)).ok).toBe(false)
    await signer.lock()
    expect(left()).toEqual([])
  })

  test('D5: the trap itself springs', async () => {
    part = await startLedgerPart({ driver, over: 'tcp' })
    const signer = makeLedgers().create('ledger-1', part.address, part.config, trappedParts({ TRAP_TRY: 'yes' }))
    expect((await signer.signTransaction(contractTx(signer.address, 1), never)).ok).toBe(true)
    await signer.lock()
    expect(left().map((line) => line.split(' ')[0])).toEqual(TRAPPED_DOORS)
  })

  test('D5: the helper itself refuses every way out once it is asked for a Ledger, but the emulator', async () => {
    let knocks = 0
    const outside = createServer((_request, response) => void response.setHeader('connection', 'close').end('hello')).on(
      'connection',
      () => (knocks += 1),
    )
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve))
    const { port } = outside.address() as AddressInfo
    part = await startLedgerPart({ driver, over: 'tcp' })
    const parts = signerParts({}, { spawnVendorHost: () => forkVendorHost({ KNOCK_REPORT: report(), KNOCK_PORT: String(port) }, knocking) })
    const signer = makeLedgers().create('ledger-1', part.address, part.config, parts)
    expect(await signer.signTransaction(contractTx(signer.address, 1), never)).toMatchObject({ ok: true })
    const [before, after] = await vi.waitFor(() => {
      const told = JSON.parse(readFileSync(report(), 'utf8')) as Readonly<Record<string, string>>[]
      expect(told.length).toBeGreaterThan(1)
      return told
    }, 20_000)
    await signer.lock()
    outside.closeAllConnections()
    await new Promise((resolve) => outside.close(resolve))
    // They are true attempts: at its start each of them gets out.
    expect(Object.values(before ?? {}).filter((said) => !said.startsWith('out'))).toEqual([])
    expect(after).toEqual(Object.fromEntries(Object.keys(before ?? {}).map((door) => [door, 'shut'])))
    expect(knocks).toBe(7)
  })
})
