import { decodeCall } from '../../src-main/guards/policy/decode-call'
import { CHAIN_ETH, LEAST_OUT_RAW, NOW_MS, SIGNER, USDC, WETH, chainInput, txOf } from '../unit/guards/support/input'
import { V3_ROUTER, encode } from '../unit/guards/support/routers'
import { compared, microsecondsInTurns, type BenchResult } from './breakers'
import { judge, signOnce } from './guards'

const CALLS = 8

/** What all guards cost with the calldata read from its bytes each time, against one signature by ethers. */
export async function run(): Promise<BenchResult[]> {
  const amount = 10n ** BigInt(CHAIN_ETH.base.decimals)
  const swap = [WETH, USDC, 3000, SIGNER, NOW_MS / 1_000 + 600, amount, LEAST_OUT_RAW, 0]
  const single = txOf({ data: encode(V3_ROUTER, 'exactInputSingle', [swap]) })
  const nested = txOf({ data: encode(V3_ROUTER, 'multicall', [[single.data]]) })
  const whole = (tx: typeof single) => () => {
    judge(chainInput({ tx, call: decodeCall(tx) }))
  }
  const [plain, multicall, signature] = await microsecondsInTurns([whole(single), whole(nested), signOnce], CALLS)
  return [
    compared('guards-decode: a swap read and judged', plain, signature),
    compared('guards-decode: a multicall read and judged', multicall, signature),
  ]
}
