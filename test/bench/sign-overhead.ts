import { Transaction } from 'ethers'

import type { Hex, UnsignedTx } from '../../src-main/domain/evm'
import { decodeCall } from '../../src-main/guards/policy/decode-call'
import { policyForChain } from '../../src-main/guards/policy/make-policy'
import { policyGuard } from '../../src-main/guards/policy/policy-guard'
import { judgeTransaction } from '../../src-main/signers/policy-wrapper/judge-transaction'
import { fromSetUp } from '../../src-main/signers/policy-wrapper/make-signer-policy'
import { verifySignedTx } from '../../src-main/signers/verify-signature'
import { BENCH_CHAIN_ID, benchTx, ROUTER, SIGNER_ADDRESS, SIGNER_KEY, swapData, USDC, WETH } from '../support/app/bench-chain'
import { rawOf } from '../support/signers/hostile-answers'
import { chainInput, ROUTER_V2 } from '../unit/guards/support/input'
import { encode, V2_ROUTER, V3_ROUTER } from '../unit/guards/support/routers'
import { microsecondsInTurns } from './breakers'
import { result, type BenchResult } from './lib/bench'

const CALLS = 8
const lower = (addresses: readonly string[]): string[] => addresses.map((address) => address.toLowerCase())
const POLICY = policyForChain({
  chainId: BENCH_CHAIN_ID,
  signers: [SIGNER_ADDRESS],
  routers: [ROUTER, ROUTER_V2],
  tokens: [WETH, USDC],
})
const SIGNER_POLICY = fromSetUp(lower([SIGNER_ADDRESS]), {
  chainId: BENCH_CHAIN_ID,
  routers: lower([ROUTER, ROUTER_V2]),
  tokens: lower([WETH, USDC]),
})

const DEADLINE_SEC = 1_900_000_000
const single = swapData({ amountInRaw: 10n ** 18n, minOutRaw: 10n ** 9n, deadlineSec: DEADLINE_SEC })
/** What venues build, the first with one pool in place, the second with a path; and the same swap inside another call, which none builds. */
const CASES: readonly (readonly [name: string, to: string, data: Hex])[] = [
  ['sign-overhead', ROUTER, single],
  [
    'sign-overhead: a path over V2',
    ROUTER_V2,
    encode(V2_ROUTER, 'swapExactTokensForTokens', [10n ** 18n, 10n ** 9n, [WETH, USDC], SIGNER_ADDRESS, DEADLINE_SEC]),
  ],
  ['sign-overhead: a multicall', ROUTER, encode(V3_ROUTER, 'multicall', [[single]])],
]

/**
 * What the app adds around one signature: the calldata read and judged by the trading policy, with a second decoder where it holds more than words in place,
 * read once more and judged by the signers' policy, and the signed bytes decoded, compared and recovered. Against ethers decoding and recovering the same bytes.
 * The second decoder costs about a sixth of a recovery more; only the plain swap has a target.
 */
export async function run(): Promise<BenchResult[]> {
  const results: BenchResult[] = []
  for (const [name, to, data] of CASES) {
    const tx = benchTx({ nonce: 7, to, data })
    const raw = rawOf(tx, SIGNER_KEY)
    const reference = (): void => {
      if (Transaction.from(raw).from !== SIGNER_ADDRESS) throw new Error('not recovered')
    }
    const judge = judging(tx)
    const whole = (): void => {
      judge()
      if (!verifySignedTx(raw, tx).ok) throw new Error('not verified')
    }
    const [around, , referred] = await microsecondsInTurns([whole, judge, reference], CALLS)
    results.push(result(name, around, 'µs', referred, data === single ? { of: 'ratio', atMost: 1.2 } : undefined))
  }
  return results
}

/** Both policies. */
function judging(tx: UnsignedTx): () => void {
  const input = chainInput({ policy: { kind: 'loaded', policy: POLICY }, signerAddress: SIGNER_ADDRESS, tx })
  return () => {
    const verdict = policyGuard.evaluate({ ...input, call: decodeCall(tx) })
    if (verdict.outcome !== 'pass') throw new Error(`the trading policy: ${verdict.denial.code}`)
    const refusal = judgeTransaction(SIGNER_POLICY, SIGNER_ADDRESS, tx)
    if (refusal !== null) throw new Error(`the signers' policy: ${refusal.rule} ${refusal.detail}`)
  }
}
