import { id } from 'ethers'
import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { preProcessFile } from 'typescript'
import { describe, expect, test } from 'vitest'

import type { Hex, UnsignedTx } from '../../../../src-main/domain/evm'
import { readEffects } from '../../../../src-main/guards/policy/read-effects'
import { readCall } from '../../../../src-main/signers/policy-wrapper/read-call'
import {
  anyCall,
  CALLED,
  coinCall,
  ME,
  multicall,
  plainCall,
  swapCall,
  takenOut,
  takenOutOfUniversal,
  universal,
  type MadeCall,
} from '../../../support/calldata/nested-calls'

const GWEI = 1_000_000_000n
const txOf = (data: Hex, valueWei = 0n): UnsignedTx => ({
  chainId: 1,
  from: ME,
  to: CALLED,
  nonce: 0,
  valueWei,
  data,
  gasLimit: 500_000n,
  maxFeePerGasWei: GWEI,
  maxPriorityFeePerGasWei: GWEI,
})
const sorted = (items: readonly string[]) => [...new Set(items)].sort()

/** What the trading policy's reader found, and what the signers' did, in the same words. */
function bothRead(data: Hex, valueWei = 0n) {
  const c6 = readEffects(txOf(data, valueWei))
  const c7 = readCall({ from: ME, to: CALLED, data, valueWei })
  return {
    c6: c6 === null ? null : { recipients: sorted(c6.recipients), spenders: sorted(c6.spenders), tokens: sorted(c6.tokens) },
    c7:
      c7.kind === 'undecodable'
        ? null
        : {
            recipients: sorted(c7.effects.recipients),
            spenders: sorted(c7.effects.grants.map(({ spender }) => spender)),
            tokens: sorted(c7.effects.tokens),
          },
  }
}
const wanted = ({ recipients, spenders, tokens }: MadeCall) => ({
  recipients: sorted(recipients),
  spenders: sorted(spenders),
  tokens: sorted(tokens),
})

describe('C6 C7: two decoders, written apart, find the same recipients, spenders and tokens', () => {
  test.for([
    ['swaps of three routers', swapCall],
    ['multicalls of both forms, in each other', multicall],
    ['plans of the Universal Router, in each other', universal],
    ['approvals, transfers and Permit2', plainCall],
  ] as const)('%s', ([, calls]) => {
    fc.assert(
      fc.property(calls, (made) => {
        expect(bothRead(made.data)).toEqual({ c6: wanted(made), c7: wanted(made) })
      }),
      { numRuns: 150 },
    )
  })

  test('X10: a byte more, a byte less, and neither reads it', () => {
    fc.assert(
      fc.property(anyCall, fc.integer({ min: 1, max: 40 }), (made, bytes) => {
        const longer: Hex = `${made.data}${'00'.repeat(bytes)}`
        const shorter = made.data.slice(0, -2 * bytes) as Hex
        expect([bothRead(longer), bothRead(shorter)]).toEqual([
          { c6: null, c7: null },
          { c6: null, c7: null },
        ])
      }),
    )
  })

  test('X10: of calldata with one byte changed they say the same: both nothing, or both the same', () => {
    fc.assert(
      fc.property(anyCall, fc.nat(), fc.integer({ min: 1, max: 255 }), (made, where, xor) => {
        const bytes = Buffer.from(made.data.slice(2), 'hex')
        const at = where % bytes.length
        bytes[at] = (bytes[at] ?? 0) ^ xor
        const { c6, c7 } = bothRead(`0x${bytes.toString('hex')}`)
        expect(c7).toEqual(c6)
      }),
      { numRuns: 400 },
    )
  })

  test('X10: of anything at all neither throws, and they say the same', () => {
    const selector = fc.oneof(fc.constantFrom('095ea7b3', 'ac9650d8', '3593564c', '414bf389', '2b67b570', 'ffffffff'), fc.constant(''))
    fc.assert(
      fc.property(selector, fc.uint8Array({ maxLength: 400 }), (head, tail) => {
        const { c6, c7 } = bothRead(`0x${head}${Buffer.from(tail).toString('hex')}`)
        expect(c7).toEqual(c6)
      }),
    )
  })

  test('C6 C7: coin is read as paid only where the call takes it; attached to anything else, or missing where it is wanted, neither reads it', () => {
    fc.assert(
      fc.property(anyCall, coinCall, fc.bigInt({ min: 1n, max: 1n << 128n }), (free, paid, valueWei) => {
        expect(bothRead(free.data, valueWei)).toEqual({ c6: null, c7: null })
        expect(bothRead(paid.data, 0n)).toEqual({ c6: null, c7: null })
        expect(bothRead(paid.data, valueWei)).toEqual({ c6: wanted(paid), c7: wanted(paid) })
      }),
    )
  })

  test('C6 C7: what a router keeps is not taken out again: which token a later call moves, nobody can tell', () => {
    fc.assert(
      fc.property(fc.oneof(takenOut, takenOutOfUniversal), (data) => {
        expect(bothRead(data)).toEqual({ c6: null, c7: null })
      }),
    )
  })
})

const SIGNATURES = [
  'approve(address,uint256)',
  'transfer(address,uint256)',
  'approve(address,address,uint160,uint48)',
  'permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)',
  'transferFrom(address,address,uint160,address)',
  'execute(bytes,bytes[])',
  'execute(bytes,bytes[],uint256)',
  'multicall(bytes[])',
  'multicall(uint256,bytes[])',
  'swapExactTokensForTokens(uint256,uint256,address[],address,uint256)',
  'swapTokensForExactTokens(uint256,uint256,address[],address,uint256)',
  'swapExactETHForTokens(uint256,address[],address,uint256)',
  'swapETHForExactTokens(uint256,address[],address,uint256)',
  'swapExactTokensForETH(uint256,uint256,address[],address,uint256)',
  'swapTokensForExactETH(uint256,uint256,address[],address,uint256)',
  'exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))',
  'exactOutputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))',
  'exactInput((bytes,address,uint256,uint256,uint256))',
  'exactOutput((bytes,address,uint256,uint256,uint256))',
  'exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))',
  'exactOutputSingle((address,address,uint24,address,uint256,uint256,uint160))',
  'exactInput((bytes,address,uint256,uint256))',
  'exactOutput((bytes,address,uint256,uint256))',
]

test('C7: every selector that the signers’ policy reads is that of a function whose name we know', () => {
  const folder = join(import.meta.dirname, '../../../../src-main/signers/policy-wrapper')
  const text = ['read-call.ts', 'read-router.ts'].map((name) => readFileSync(join(folder, name), 'utf8')).join('')
  const written = [...text.matchAll(/'([0-9a-f]{8})'|\b([0-9a-f]{8}):/g)].map((match) => match[1] ?? match[2])
  expect(sorted(written as string[])).toEqual(sorted(SIGNATURES.map((signature) => id(signature).slice(2, 10))))
})

test.for([
  ['C7', 'src-main/signers/policy-wrapper', /^(?:\.\/|\.\.\/signer$|\.\.\/\.\.\/(?:domain|lib)\/|zod$|node:)/],
  ['C6', 'src-main/guards/policy', /^(?:\.\/|\.\.\/(?!\.\.)|\.\.\/\.\.\/(?:domain|lib)\/|zod$|ethers$)/],
] as const)('%s: no file of it takes anything from where the other policy is', ([, place, allowed]) => {
  const folder = join(import.meta.dirname, '../../../..', place)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  expect(files.length).toBeGreaterThan(10)
  for (const name of files) {
    const text = readFileSync(join(folder, name), 'utf8')
    for (const { fileName } of preProcessFile(text).importedFiles) expect(fileName, `${place}/${name}`).toMatch(allowed)
  }
})
