import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'

import type { KnownThings } from '../../../src-main/domain/device-preview'
import type { Hex, UnsignedTx } from '../../../src-main/domain/evm'
import { LEDGER_DRIVERS } from '../../../src-main/domain/signer'
import { authenticationMessage, auditHeadMessage } from '../../../src-main/domain/own-typed-data'
import type { TypedData } from '../../../src-main/domain/typed-data'
import { deviceScreens } from '../../../src-main/signers/ledger/device-screens'
import { CONTRACT_TYPED_DATA, contractTx } from '../../support/signers/contract'
import { openLedgerRig, type LedgerRig } from '../../support/signers/ledger-rig'

const NOTHING_KNOWN: KnownThings = { coin: 'ETH', token: () => null, router: () => null }
const never = new AbortController().signal
let rig: LedgerRig | null = null
afterEach(async () => {
  await rig?.close()
  rig = null
})

const NESTED: TypedData = {
  domain: { name: 'Permit2', chainId: '1', verifyingContract: '0x000000000022D473030F116dDEE9F6B43aC78BA3' },
  types: {
    PermitSingle: [
      { name: 'details', type: 'PermitDetails' },
      { name: 'spender', type: 'address' },
      { name: 'flags', type: 'bool[]' },
      { name: 'delta', type: 'int64' },
      { name: 'blob', type: 'bytes' },
    ],
    PermitDetails: [
      { name: 'token', type: 'address' },
      { name: 'amount', type: 'uint160' },
    ],
  },
  primaryType: 'PermitSingle',
  message: {
    details: { token: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48', amount: '1461501637330902918203684832716283019655932542975' },
    spender: '0xE592427A0AEce92De3Edee1F18E0157C05861564',
    flags: [true, false],
    delta: '-7',
    blob: `0x${'c4'.repeat(60)}`,
  },
}
const TYPED_DATA: readonly TypedData[] = [
  CONTRACT_TYPED_DATA,
  auditHeadMessage({ environment: 'live', seq: 4711, hash: `0x${'ab'.repeat(32)}`, atMs: 1_790_000_000_000 }),
  authenticationMessage({
    act: 'change-authority',
    subject: 'x'.repeat(140),
    requestHash: `0x${'02'.repeat(32)}`,
    nonce: `0x${'01'.repeat(32)}`,
    atMs: 1_790_000_000_000,
  }),
  NESTED,
]

describe.each(LEDGER_DRIVERS)('B11: what the app shows beforehand is what the device shows, by %s', (driver) => {
  test.each(['touch', 'nano'] as const)('B11: any transaction, page by page (%s)', async (screen) => {
    const { signer, part } = (rig = await openLedgerRig({ driver, state: { screen } }, { answerMs: 30_000, personMs: 30_000 }))
    const data = fc.oneof(
      fc.constant<Hex>('0x'),
      fc.uint8Array({ minLength: 1, maxLength: 700 }).map((bytes): Hex => `0x${Buffer.from(bytes).toString('hex')}`),
    )
    const tx: fc.Arbitrary<UnsignedTx> = fc
      .record({
        chainId: fc.constantFrom(1, 10, 137, 8_453, 42_161, 31_337, 11_155_111),
        valueWei: fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 10n ** 24n })),
        data,
        gasLimit: fc.bigInt({ min: 21_000n, max: 30_000_000n }),
        maxFeePerGasWei: fc.bigInt({ min: 1n, max: 10n ** 13n }),
        nonce: fc.nat(),
      })
      .map((some) => ({ ...contractTx(signer.address, 0), ...some, maxPriorityFeePerGasWei: 1n }))
    await fc.assert(
      fc.asyncProperty(tx, async (asked) => {
        expect((await signer.signTransaction(asked, never)).ok).toBe(true)
        const { screens, blind } = deviceScreens(asked, NOTHING_KNOWN, screen)
        expect(part.device.deviceScreens()).toEqual(screens)
        expect(blind).toBe(screens[0]?.title === 'Blind signing ahead')
      }),
      { numRuns: 12 },
    )
  })

  test.each(['touch', 'nano'] as const)('B11: typed data, nested and long, field by field (%s)', async (screen) => {
    const { signer, part } = (rig = await openLedgerRig({ driver, state: { screen } }))
    for (const asked of TYPED_DATA) {
      expect((await signer.signTypedData(asked, never)).ok).toBe(true)
      expect(part.device.deviceScreens()).toEqual(deviceScreens(asked, NOTHING_KNOWN, screen).screens)
    }
  })
})
