import { AbiFrame, Undecodable } from './abi-frame'
import type { EffectsReading } from './effects'

/** Fee and address of each hop of a V3 path: 3 + 20 bytes, after the first address. */
const ADDRESS_BYTES = 20
const HOP_BYTES = 23

/**
 * Reads a call to one of Uniswap's swap routers, at whatever depth of multicalls. What moves the router's own holdings (unwrapWETH9, sweepToken, refundETH)
 * is not known: which token such a call takes out, and whether that is the one a swap before it brought, the calldata does not prove.
 */
export function readRouterCall(bytes: Buffer, reading: EffectsReading, depth: number): void {
  reading.enter(depth)
  const args = bytes.subarray(4)
  switch (bytes.toString('hex', 0, 4)) {
    // V3 SwapRouter: with a deadline; the zero address is the router itself.
    case '414bf389': {
      // exactInputSingle
      v3Single(args, reading, { deadline: true, exact: 'input' })
      return
    }
    case 'db3e2198': {
      // exactOutputSingle
      v3Single(args, reading, { deadline: true, exact: 'output' })
      return
    }
    case 'c04b8d59': // exactInput
    case 'f28c0498': {
      // exactOutput
      v3Path(args, reading, { deadline: true })
      return
    }

    // SwapRouter02: without a deadline; 1 is the sender, 2 the router itself.
    case '04e45aaf': {
      // exactInputSingle
      v3Single(args, reading, { deadline: false, exact: 'input' })
      return
    }
    case '5023b4df': {
      // exactOutputSingle
      v3Single(args, reading, { deadline: false, exact: 'output' })
      return
    }
    case 'b858183f': // exactInput
    case '09b81346': {
      // exactOutput
      v3Path(args, reading, { deadline: false })
      return
    }

    case 'ac9650d8': {
      // multicall(bytes[])
      each(
        AbiFrame.read(args, 1, (frame) => frame.list((item) => item.bytes())),
        reading,
        depth,
      )
      return
    }
    case '5ae401dc': {
      // multicall(uint256 deadline, bytes[])
      each(
        AbiFrame.read(args, 2, (frame) => {
          frame.uint()
          return frame.list((item) => item.bytes())
        }),
        reading,
        depth,
      )
      return
    }
    default:
      // V2's router has no multicall.
      if (depth > 0) throw new Undecodable('a multicall holds a call that is no swap of V3')
      readV2Call(bytes, reading)
  }
}

/** UniswapV2Router02: two amounts, path, recipient, deadline; where coin is paid there is one amount. It checks by itself that coin stands for the wrapped token. */
function readV2Call(bytes: Buffer, reading: EffectsReading): void {
  const args = bytes.subarray(4)
  switch (bytes.toString('hex', 0, 4)) {
    case '38ed1739': // swapExactTokensForTokens(uint256 in, uint256 leastOut, address[], address, uint256)
    case '8803dbee': // swapTokensForExactTokens(uint256 out, uint256 mostIn, address[], address, uint256)
    case '18cbafe5': // swapExactTokensForETH
    case '4a25d94a': {
      // swapTokensForExactETH
      v2(args, reading, 2)
      return
    }
    case '7ff36ab5': // swapExactETHForTokens(uint256 leastOut, address[], address, uint256): takes all of the coin
    case 'fb3bdb41': {
      // swapETHForExactTokens(uint256 out, address[], address, uint256): gives back what it does not need
      reading.spendCoin()
      v2(args, reading, 1)
      return
    }
    default:
      throw new Undecodable('the function is not known')
  }
}

function each(calls: readonly Buffer[], reading: EffectsReading, depth: number): void {
  if (calls.length === 0) throw new Undecodable('a multicall holds no call')
  for (const call of calls) {
    if (call.length < 4) throw new Undecodable('a call has no selector')
    readRouterCall(call, reading, depth + 1)
  }
}

function v2(args: Buffer, reading: EffectsReading, amounts: 1 | 2): void {
  AbiFrame.read(args, amounts + 3, (frame) => {
    for (let read = 0; read < amounts; read += 1) frame.uint()
    reading.touch(...wholePath(frame.list((item) => item.address())))
    reading.pay(frame.address())
    frame.uint()
  })
}

/** A path that leads somewhere. */
export function wholePath(path: readonly string[]): readonly string[] {
  if (path.length < 2) throw new Undecodable('the path has fewer than two tokens')
  return path
}

/** Which router it is of: the one whose calls have a deadline, or the newer one. */
interface V3Form {
  readonly deadline: boolean
}

/** `(tokenIn, tokenOut, fee, recipient, [deadline,] amount, bound, sqrtPriceLimitX96)`, all in place. */
function v3Single(args: Buffer, reading: EffectsReading, form: V3Form & { readonly exact: 'input' | 'output' }): void {
  AbiFrame.read(args, form.deadline ? 8 : 7, (frame) => {
    reading.touch(frame.address(), frame.address())
    frame.uint(24)
    reading.pay(meant(frame.address(), reading, form))
    if (form.deadline) frame.uint()
    frame.uint()
    frame.uint()
    const priceLimit = frame.uint(160)
    if (form.exact === 'output' && priceLimit !== 0n) throw new Undecodable('an exact output with a price limit may deliver less')
  })
}

/** `(path, recipient, [deadline,] amount, bound)`, one dynamic tuple. */
function v3Path(args: Buffer, reading: EffectsReading, form: V3Form): void {
  AbiFrame.read(args, 1, (outer) => {
    outer.tuple(form.deadline ? 5 : 4, (frame) => {
      reading.touch(...v3Tokens(frame.bytes()))
      reading.pay(meant(frame.address(), reading, form))
      if (form.deadline) frame.uint()
      frame.uint()
      frame.uint()
    })
  })
}

/** The tokens of a V3 path, in its order. */
export function v3Tokens(path: Buffer): readonly string[] {
  if (path.length < HOP_BYTES + ADDRESS_BYTES || path.length % HOP_BYTES !== ADDRESS_BYTES)
    throw new Undecodable('the path is not tokens with fees between them')
  return Array.from({ length: (path.length + 3) / HOP_BYTES }, (_, hop) => {
    const start = hop * HOP_BYTES
    return `0x${path.toString('hex', start, start + ADDRESS_BYTES)}`
  })
}

const NOBODY = `0x${'00'.repeat(20)}`
const THE_SENDER = `0x${'00'.repeat(19)}01`
const THE_ROUTER = `0x${'00'.repeat(19)}02`

function meant(recipient: string, reading: EffectsReading, { deadline }: V3Form): string {
  if (deadline) return recipient === NOBODY ? reading.to : recipient
  return markedRecipient(recipient, reading)
}

/** SwapRouter02 and the Universal Router write 1 for the sender and 2 for themselves. */
export function markedRecipient(recipient: string, reading: EffectsReading): string {
  return recipient === THE_SENDER ? reading.from : recipient === THE_ROUTER ? reading.to : recipient
}
