import { secp256k1 } from '@noble/curves/secp256k1'
import fc from 'fast-check'
import { concat, encodeRlp, Signature, toBeArray, Transaction, type TransactionLike, Wallet } from 'ethers'
import { describe, expect, test } from 'vitest'

import type { Hex, UnsignedTx } from '../../../src-main/domain/evm'
import { signTransaction } from '../../../src-main/signers/keystore/key'
import { verifySignedTx } from '../../../src-main/signers/verify-signature'

const wallet = new Wallet(`0x${'11'.repeat(32)}`)
const stranger = new Wallet(`0x${'22'.repeat(32)}`)
const ORDER = secp256k1.CURVE.n

const expected: UnsignedTx = {
  chainId: 1,
  from: wallet.address,
  to: '0x7a250d5630B4cF539739dF2C5dAcb4c659F2488D',
  nonce: 42,
  valueWei: 10n ** 18n,
  data: '0x38ed1739000000000000000000000000000000000000000000000000000000003b9aca00',
  gasLimit: 210_000n,
  maxFeePerGasWei: 40_000_000_000n,
  maxPriorityFeePerGasWei: 1_500_000_000n,
}

const like = (tx: UnsignedTx): TransactionLike => ({
  type: 2,
  chainId: tx.chainId,
  nonce: tx.nonce,
  to: tx.to,
  value: tx.valueWei,
  data: tx.data,
  gasLimit: tx.gasLimit,
  maxFeePerGas: tx.maxFeePerGasWei,
  maxPriorityFeePerGas: tx.maxPriorityFeePerGasWei,
})
/** Validly signed, by `by`, with the changes made before signing. */
const signed = async (change: TransactionLike = {}, by = wallet) => (await by.signTransaction({ ...like(expected), ...change })) as Hex
const fieldOf = (raw: string, tx = expected) => {
  const verified = verifySignedTx(raw as Hex, tx)
  return verified.ok ? 'ok' : verified.error.field
}
const hexOf = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`
/** The twelve members of a signed type-2 envelope, to be put together otherwise. */
const members = (raw: Hex) => {
  const tx = Transaction.from(raw)
  const int = (value: bigint | number) => toBeArray(value)
  return {
    fields: [
      int(tx.chainId),
      int(tx.nonce),
      int(tx.maxPriorityFeePerGas!),
      int(tx.maxFeePerGas!),
      int(tx.gasLimit),
      tx.to!,
      int(tx.value),
      tx.data,
      [],
    ],
    signature: tx.signature!,
  }
}
const envelope = (fields: unknown[]) => concat(['0x02', encodeRlp(fields as never)]) as Hex

describe('accepts', () => {
  test("what ethers' wallet signs", async () => {
    const raw = await signed()
    expect(verifySignedTx(raw, expected)).toEqual({ ok: true, value: { raw, hash: Transaction.from(raw).hash } })
  })

  test('hex in capitals and addresses in any case, and gives lower-case bytes', async () => {
    const raw = await signed()
    const shouted: Hex = `0x${raw.slice(2).toUpperCase()}`
    const verified = verifySignedTx(shouted, { ...expected, from: expected.from.toLowerCase(), to: expected.to.toLowerCase() })
    expect(verified).toMatchObject({ ok: true, value: { raw } })
  })

  test('every transaction that our own signer makes', () => {
    const bigUint = fc.bigInt({ min: 0n, max: (1n << 256n) - 1n })
    fc.assert(
      fc.property(
        fc.record({
          chainId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
          to: fc.uint8Array({ minLength: 20, maxLength: 20 }).map(hexOf),
          nonce: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER - 1 }),
          valueWei: bigUint,
          data: fc.uint8Array({ maxLength: 80 }).map(hexOf),
          gasLimit: fc.bigInt({ min: 21_000n, max: 30_000_000n }),
          fees: fc.tuple(fc.bigInt({ min: 1n, max: 1n << 90n }), fc.bigInt({ min: 0n, max: 1n << 90n })),
        }),
        ({ fees: [least, more], ...rest }) => {
          const tx: UnsignedTx = { ...rest, from: wallet.address, maxFeePerGasWei: least + more, maxPriorityFeePerGasWei: least }
          const raw = signTransaction(tx, Buffer.alloc(32, 0x11))
          expect(verifySignedTx(raw, tx)).toEqual({ ok: true, value: { raw, hash: Transaction.from(raw).hash } })
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('a legacy transaction that was asked for', () => {
  const legacy: UnsignedTx = { ...expected, maxPriorityFeePerGasWei: expected.maxFeePerGasWei, legacy: true }
  const form: TransactionLike = {
    ...{ type: 0, chainId: 1, nonce: 42, to: expected.to, value: expected.valueWei, data: expected.data },
    ...{ gasLimit: expected.gasLimit, gasPrice: expected.maxFeePerGasWei },
  }
  const raw = async (change: TransactionLike = {}) => (await wallet.signTransaction({ ...form, ...change })) as Hex

  test('is accepted, byte for byte, and is what our own signer makes', async () => {
    expect(fieldOf(await raw(), legacy)).toBe('ok')
    expect(signTransaction(legacy, Buffer.from('11'.repeat(32), 'hex'))).toBe(await raw())
  })

  test.each<[string, TransactionLike, string]>([
    ['another price', { gasPrice: 1n }, 'maxFeePerGasWei'],
    ['another chain', { chainId: 10 }, 'chainId'],
    ['no chain at all, good on every one', { chainId: 0 }, 'chainId'],
    ['another recipient', { to: stranger.address }, 'to'],
    ['more gas', { gasLimit: 210_001n }, 'gasLimit'],
    ['an access list', { type: 1, accessList: [] }, 'type'],
  ])('%s is refused', async (_name, change, field) => {
    expect(fieldOf(await raw(change), legacy)).toBe(field)
  })

  test('an EIP-1559 transaction is none, and two different fees are no one price', async () => {
    expect(fieldOf(await signed(), legacy)).toBe('type')
    expect(fieldOf(await raw(), { ...legacy, maxPriorityFeePerGasWei: 1n })).toBe('maxFeePerGasWei')
  })
})

describe('refuses, by name', () => {
  test.each<[string, TransactionLike, string]>([
    ['another recipient', { to: stranger.address }, 'to'],
    ['a contract creation', { to: null }, 'to'],
    ['another value', { value: 10n ** 18n + 1n }, 'valueWei'],
    ['other calldata', { data: expected.data.replace(/0$/, '1') }, 'data'],
    ['calldata with something appended', { data: `${expected.data}00` }, 'data'],
    ['another nonce', { nonce: 43 }, 'nonce'],
    ['another chain', { chainId: 10 }, 'chainId'],
    ['a higher fee', { maxFeePerGas: expected.maxFeePerGasWei + 1n }, 'maxFeePerGasWei'],
    ['a lower fee', { maxFeePerGas: expected.maxFeePerGasWei - 1n }, 'maxFeePerGasWei'],
    ['a higher tip', { maxPriorityFeePerGas: expected.maxPriorityFeePerGasWei + 1n }, 'maxPriorityFeePerGasWei'],
    ['more gas', { gasLimit: 210_001n }, 'gasLimit'],
    ['an access list', { accessList: [[stranger.address, []]] }, 'accessList'],
    ['a legacy transaction', { type: 0, gasPrice: 1n, maxFeePerGas: null, maxPriorityFeePerGas: null }, 'type'],
    ['type 1', { type: 1, gasPrice: 1n, maxFeePerGas: null, maxPriorityFeePerGas: null }, 'type'],
    ['blobs', { type: 3, maxFeePerBlobGas: 1n, blobVersionedHashes: [`0x01${'00'.repeat(31)}`] }, 'type'],
    ['authorisations', { type: 4, authorizationList: [] }, 'type'],
  ])('%s', async (_name, change, field) => {
    const fees = 'gasPrice' in change ? { ...like(expected), ...change } : null
    if (fees !== null) {
      delete fees.maxFeePerGas
      delete fees.maxPriorityFeePerGas
    }
    const raw = fees === null ? await signed(change) : ((await wallet.signTransaction(fees)) as Hex)
    expect(fieldOf(raw)).toBe(field)
  })

  test("another key's signature", async () => {
    expect(fieldOf(await signed({}, stranger))).toBe('from')
  })

  test('a valid signature over another digest', async () => {
    const { fields } = members(await signed())
    const { signature } = members(await signed({ value: 0n }))
    expect(fieldOf(envelope([...fields, toBeArray(signature.yParity), toBeArray(signature.r), toBeArray(signature.s)]))).toBe('from')
  })

  test('a high s, though it recovers to the same signer', async () => {
    const { fields, signature } = members(await signed())
    const high = ORDER - BigInt(signature.s)
    const raw = envelope([...fields, toBeArray(1 - signature.yParity), toBeArray(signature.r), toBeArray(high)])
    const digest = Transaction.from({ ...like(expected) }).unsignedHash.slice(2)
    const recovered = new secp256k1.Signature(BigInt(signature.r), high).addRecoveryBit(1 - signature.yParity).recoverPublicKey(digest)
    expect(recovered.toHex(false)).toBe(wallet.signingKey.publicKey.slice(2)) // so nothing but the rule refuses it
    expect(fieldOf(raw)).toBe('signature')
  })

  test.each([
    ['zero r', 0n, 1n],
    ['zero s', 1n, 0n],
    ['r off the curve', 5n, 1n],
    ['r beyond the order', ORDER + 1n, 1n],
  ])('%s', async (_name, r, s) => {
    const { fields } = members(await signed())
    const raw = envelope([...fields, toBeArray(0), toBeArray(r), toBeArray(s)])
    expect(fieldOf(raw)).toMatch(/^(signature|raw|from)$/)
  })

  test('an unsigned envelope', () => {
    expect(fieldOf(Transaction.from(like(expected)).unsignedSerialized)).toBe('signature')
  })

  test.each([
    ['bytes after the end', async () => `${await signed()}00`],
    ['a cut end', async () => (await signed()).slice(0, -2)],
    ['half a byte', async () => (await signed()).slice(0, -1)],
    ['no prefix', async () => (await signed()).slice(2)],
    ['nothing', async () => '0x'],
    ['only a type', async () => '0x02'],
    ['words', async () => 'rejected by user'],
    ['a list of junk', async () => envelope([new Uint8Array([1]), []])],
    ['nested lists without end', async () => `0x02${'c1'.repeat(5_000)}`],
    [
      'a yParity of 27',
      async () => {
        const { fields, signature } = members(await signed())
        return envelope([...fields, toBeArray(27), toBeArray(signature.r), toBeArray(signature.s)])
      },
    ],
    [
      'a thirteenth member',
      async () => {
        const { fields, signature } = members(await signed())
        return envelope([...fields, toBeArray(signature.yParity), toBeArray(signature.r), toBeArray(signature.s), new Uint8Array()])
      },
    ],
    [
      'a leading zero before the value',
      async () => {
        const { fields, signature } = members(await signed())
        fields[6] = concat(['0x00', toBeArray(expected.valueWei)])
        return envelope([...fields, toBeArray(signature.yParity), toBeArray(signature.r), toBeArray(signature.s)])
      },
    ],
    [
      'a leading zero before r',
      async () => {
        const raw = await signed()
        const { fields, signature } = members(raw)
        return envelope([...fields, toBeArray(signature.yParity), concat(['0x00', signature.r]), toBeArray(signature.s)])
      },
    ],
    [
      'a zero yParity written as a byte',
      async () => {
        // Sign until the parity is 0, whose canonical encoding is the empty string.
        let nonce = expected.nonce
        let parts = members(await signed())
        while (parts.signature.yParity !== 0) parts = members(await signed({ nonce: ++nonce }))
        return envelope([...parts.fields, new Uint8Array([0]), toBeArray(parts.signature.r), toBeArray(parts.signature.s)])
      },
    ],
  ])('%s', async (_name, make) => {
    const raw = await make()
    // The nonce may have been changed to find a parity: whatever it is, only the encoding is at fault.
    const tx = { ...expected, nonce: nonceOf(raw) ?? expected.nonce }
    expect(['raw', 'type']).toContain(fieldOf(raw, tx))
  })

  test('more than a node would relay', async () => {
    expect(fieldOf(await signed({ data: `0x${'00'.repeat(131_072)}` }))).toBe('size')
    expect(fieldOf(`0x02${'00'.repeat(1 << 20)}`)).toBe('size')
  })

  test('any flipped bit', async () => {
    const bytes = Buffer.from((await signed()).slice(2), 'hex')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      // A changed signature is recovered before it is refused, which is slow: one bit of each of its bytes will do.
      if (bit >> 3 > bytes.length - 66 && (bit & 7) !== (bit >> 3) % 8) continue
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      expect(fieldOf(`0x${flipped.toString('hex')}`), `bit ${bit}`).not.toBe('ok')
    }
  })

  test('random bytes, without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(verifySignedTx(`0x02${Buffer.from(bytes).toString('hex')}`, expected).ok).toBe(false)
      }),
    )
  })

  test.each([undefined, null, 7, {}])('%s instead of text', (raw) => {
    expect(verifySignedTx(raw as never, expected).ok).toBe(false)
  })
})

test('a mismatch quotes what was expected and what came, cut to a length', async () => {
  const verified = verifySignedTx(await signed({ data: `0x${'ab'.repeat(500)}` }), expected)
  if (verified.ok) throw new Error('accepted')
  expect(verified.error.actual).toMatch(/^0xabab.*… \(1002 characters\)$/)
  expect(verifySignedTx(await signed({ nonce: 43 }), expected)).toEqual({
    ok: false,
    error: { field: 'nonce', expected: '42', actual: '43' },
  })
})

test('our signer and ethers agree on every byte: RFC 6979, low s', () => {
  const raw = signTransaction(expected, Buffer.alloc(32, 0x11))
  const unsigned = Transaction.from(like(expected))
  unsigned.signature = Signature.from(wallet.signingKey.sign(unsigned.unsignedHash))
  expect(raw).toBe(unsigned.serialized)
})

function nonceOf(raw: string): number | null {
  try {
    return Transaction.from(raw).nonce
  } catch {
    return null
  }
}
