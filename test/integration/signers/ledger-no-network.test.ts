import dgram from 'node:dgram'
import dns from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { LEDGER_DRIVERS } from '../../../src-main/domain/signer'
import { makeLedgers } from '../../../src-main/signers/ledger/maker'
import { CONTRACT_TYPED_DATA, contractTx } from '../../support/signers/contract'
import { LEDGER_PARTS, openLedgerRig, type LedgerRig } from '../../support/signers/ledger-rig'

const USDC = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'
const UNISWAP = '0xE592427A0AEce92De3Edee1F18E0157C05861564'
const never = new AbortController().signal
/** Whatever tries to leave, by which door. */
let left: string[] = []
let rig: LedgerRig | null = null

beforeEach(() => {
  left = []
  // The emulator is behind TCP here: any HTTP request at all is a library's own, to whatever address.
  const refuse = (door: string) => (target: unknown) => {
    left.push(`${door} ${String(target)}`)
    throw new Error(`nothing may leave by ${door}`)
  }
  vi.stubGlobal('fetch', refuse('fetch'))
  // Called with new or without: both throw.
  vi.stubGlobal('WebSocket', refuse('WebSocket'))
  vi.stubGlobal('XMLHttpRequest', refuse('XMLHttpRequest'))
  for (const [name, module] of [
    ['http', http],
    ['https', https],
  ] as const) {
    vi.spyOn(module, 'request').mockImplementation(refuse(name))
    vi.spyOn(module, 'get').mockImplementation(refuse(name))
  }
  const lookup = dns.lookup
  // A server that listens on loopback looks its own address up.
  vi.spyOn(dns, 'lookup').mockImplementation(((name: string, ...rest: unknown[]) =>
    name === '127.0.0.1' ? (lookup as (...all: unknown[]) => void)(name, ...rest) : refuse('dns')(name)))
  vi.spyOn(dgram, 'createSocket').mockImplementation(refuse('dgram'))
  const connect = net.Socket.prototype.connect
  vi.spyOn(net.Socket.prototype, 'connect').mockImplementation(function (this: net.Socket, ...args: unknown[]) {
    const [options] = args.flat() as { readonly host?: string; readonly port?: number }[]
    if (options?.host !== '127.0.0.1') refuse('net')(JSON.stringify(options))
    return (connect as (...all: unknown[]) => net.Socket).apply(this, args)
  })
})
afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  await rig?.close()
  rig = null
})

describe.each(LEDGER_DRIVERS)('D5: no request leaves the machine because of a device library, by %s', (driver) => {
  test('D5: not for an account, a coin, a token, a swap, a known network, typed data, a rejection or a broken connection', async () => {
    rig = await openLedgerRig({ driver, over: 'tcp' })
    const { signer, part } = rig
    const maker = makeLedgers()
    expect((await maker.discover(part.config, LEDGER_PARTS, never, () => undefined)).ok).toBe(true)
    expect((await maker.verifyAddress?.(part.config, part.address, LEDGER_PARTS, never, () => undefined))?.ok).toBe(true)
    const plain = contractTx(signer.address, 1)
    for (const tx of [
      plain,
      { ...plain, chainId: 1, data: '0x' as const },
      { ...plain, chainId: 1, to: USDC, valueWei: 0n },
      { ...plain, chainId: 1, to: UNISWAP },
      { ...plain, chainId: 137, to: UNISWAP },
    ])
      expect((await signer.signTransaction(tx, never)).ok).toBe(true)
    expect((await signer.signTypedData(CONTRACT_TYPED_DATA, never)).ok).toBe(true)
    const permit = { ...CONTRACT_TYPED_DATA, domain: { name: 'USD Coin', version: '2', chainId: '1', verifyingContract: USDC } }
    expect((await signer.signTypedData(permit, never)).ok).toBe(true)
    part.device.state.person = 'reject'
    expect((await signer.signTransaction(plain, never)).ok).toBe(false)
    part.misbehave('reset')
    expect((await signer.signTransaction(plain, never)).ok).toBe(false)
    expect(left).toEqual([])
  })

  test('D5: the trap itself springs', async () => {
    expect(() => fetch('https://crypto-assets-service.api.ledger.com/')).toThrow('fetch')
    expect(() => https.request('https://cdn.live.ledger.com/')).toThrow('https')
    expect(() => net.connect({ host: '192.0.2.1', port: 443 })).toThrow('net')
    expect(left).toHaveLength(3)
  })
})
