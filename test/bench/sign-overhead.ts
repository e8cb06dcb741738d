import { Transaction } from 'ethers'

import { decodeCall } from '../../src-main/guards/policy/decode-call'
import { policyGuard } from '../../src-main/guards/policy/policy-guard'
import { judgeTransaction } from '../../src-main/signers/policy-wrapper/judge-transaction'
import { fromSetUp } from '../../src-main/signers/policy-wrapper/make-signer-policy'
import { verifySignedTx } from '../../src-main/signers/verify-signature'
import { BENCH_CHAIN_ID, BENCH_POLICY, benchTx, ROUTER, SIGNER_ADDRESS, SIGNER_KEY, swapData, USDC, WETH } from '../support/app/bench-chain'
import { rawOf } from '../support/signers/hostile-answers'
import { chainInput } from '../unit/guards/support/input'
import { microsecondsInTurns } from './breakers'
import { result, type BenchResult } from './lib/bench'

const CALLS = 8
const lower = (addresses: readonly string[]): string[] => addresses.map((address) => address.toLowerCase())

/**
 * What the app adds around one signature: the calldata read and judged by the trading policy, read once more and judged by the signers' policy, and the signed
 * bytes decoded, compared and recovered. Against ethers decoding and recovering the same bytes.
 */
export async function run(): Promise<BenchResult[]> {
  const tx = benchTx({ nonce: 7, data: swapData({ amountInRaw: 10n ** 18n, minOutRaw: 10n ** 9n, deadlineSec: 1_900_000_000 }) })
  const raw = rawOf(tx, SIGNER_KEY)
  const input = chainInput({ policy: { kind: 'loaded', policy: BENCH_POLICY }, signerAddress: SIGNER_ADDRESS, tx })
  const signerPolicy = fromSetUp(lower([SIGNER_ADDRESS]), { chainId: BENCH_CHAIN_ID, routers: lower([ROUTER]), tokens: lower([WETH, USDC]) })

  const tradingPolicy = (): void => {
    const verdict = policyGuard.evaluate({ ...input, call: decodeCall(tx) })
    if (verdict.outcome !== 'pass') throw new Error(`the trading policy: ${verdict.denial.code}`)
  }
  const aroundSigning = (): void => {
    tradingPolicy()
    const refusal = judgeTransaction(signerPolicy, SIGNER_ADDRESS, tx)
    if (refusal !== null) throw new Error(`the signers' policy: ${refusal.rule} ${refusal.detail}`)
    if (!verifySignedTx(raw, tx).ok) throw new Error('not verified')
  }
  const reference = (): void => {
    if (Transaction.from(raw).from !== SIGNER_ADDRESS) throw new Error('not recovered')
  }
  const [whole, , referred] = await microsecondsInTurns([aroundSigning, tradingPolicy, reference], CALLS)
  return [result('sign-overhead', whole, 'µs', referred, { of: 'ratio', atMost: 1.2 })]
}
