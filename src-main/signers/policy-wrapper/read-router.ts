import { AbiFrame, Undecodable } from './abi-frame'
import type { EffectsReading } from './effects'

/** Fee and address of each hop of a V3 path: 3 + 20 bytes, after the first address. */
const ADDRESS_BYTES = 20
const HOP_BYTES = 23

/** Reads a call to one of Uniswap's swap routers, at whatever depth of multicalls. */
export function readRouterCall(bytes: Buffer, reading: EffectsReading, depth: number): void {
  reading.enter(depth)
  const args = bytes.subarray(4)
  switch (bytes.toString('hex', 0, 4)) {
    // UniswapV2Router02. Two amounts, path, to, deadline; where coin is paid there is one amount.
    case '38ed1739': // swapExactTokensForTokens(uint256 in, uint256 leastOut, address[], address, uint256)
    case '18cbafe5': {
      // swapExactTokensForETH
      v2(args, reading, ['in', 'out'])
      return
    }
    case '8803dbee': // swapTokensForExactTokens(uint256 out, uint256 mostIn, address[], address, uint256)
    case '4a25d94a': {
      // swapTokensForExactETH
      v2(args, reading, ['out', 'in'])
      return
    }
    case '7ff36ab5': // swapExactETHForTokens(uint256 leastOut, address[], address, uint256)
    case 'fb3bdb41': {
      // swapETHForExactTokens(uint256 out, address[], address, uint256)
      v2(args, reading, ['out'])
      return
    }

    // V3 SwapRouter: with a deadline; the zero address is the router itself.
    case '414bf389': {
      // exactInputSingle
      v3Single(args, reading, { deadline: true, leastOut: 'second' })
      return
    }
    case 'db3e2198': {
      // exactOutputSingle
      v3Single(args, reading, { deadline: true, leastOut: 'first' })
      return
    }
    case 'c04b8d59': {
      // exactInput
      v3Path(args, reading, { deadline: true, leastOut: 'second' })
      return
    }
    case 'f28c0498': {
      // exactOutput
      v3Path(args, reading, { deadline: true, leastOut: 'first' })
      return
    }

    // SwapRouter02: without a deadline; 1 is the sender, 2 the router itself.
    case '04e45aaf': {
      // exactInputSingle
      v3Single(args, reading, { deadline: false, leastOut: 'second' })
      return
    }
    case '5023b4df': {
      // exactOutputSingle
      v3Single(args, reading, { deadline: false, leastOut: 'first' })
      return
    }
    case 'b858183f': {
      // exactInput
      v3Path(args, reading, { deadline: false, leastOut: 'second' })
      return
    }
    case '09b81346': {
      // exactOutput
      v3Path(args, reading, { deadline: false, leastOut: 'first' })
      return
    }

    case '49404b7c': {
      // unwrapWETH9(uint256 least, address recipient)
      AbiFrame.read(args, 2, (frame) => {
        const least = frame.uint()
        reading.takeOut(null, least, frame.address())
      })
      return
    }
    case 'df2ab5bb': {
      // sweepToken(address token, uint256 least, address recipient)
      AbiFrame.read(args, 3, (frame) => {
        const token = frame.address()
        const least = frame.uint()
        reading.takeOut(token, least, frame.address())
      })
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

function v2(args: Buffer, reading: EffectsReading, amounts: readonly ('in' | 'out')[]): void {
  AbiFrame.read(args, amounts.length + 3, (frame) => {
    const read = amounts.map((what) => ({ what, amount: frame.uint() }))
    const path = frame.list((item) => item.address())
    const recipient = frame.address()
    frame.uint()
    const least = read.find(({ what }) => what === 'out')?.amount ?? 0n
    reading.touch(...path)
    reading.proceeds(recipient, v2Ends(path).last, least)
  })
}

/** First and last token of a V2 path. */
export function v2Ends(path: readonly string[]): { readonly first: string; readonly last: string } {
  const first = path[0]
  const last = path.at(-1)
  if (path.length < 2 || first === undefined || last === undefined) throw new Undecodable('the path has fewer than two tokens')
  return { first, last }
}

/** Which router it is of, and which of the two amounts is the least that comes out. */
interface V3Form {
  readonly deadline: boolean
  readonly leastOut: 'first' | 'second'
}

/** `(tokenIn, tokenOut, fee, recipient, [deadline,] amount, bound, sqrtPriceLimitX96)`, all in place. */
function v3Single(args: Buffer, reading: EffectsReading, form: V3Form): void {
  AbiFrame.read(args, form.deadline ? 8 : 7, (frame) => {
    const tokenIn = frame.address()
    const tokenOut = frame.address()
    frame.uint(24)
    const recipient = frame.address()
    if (form.deadline) frame.uint()
    const [first, second] = [frame.uint(), frame.uint()]
    frame.uint(160)
    reading.touch(tokenIn, tokenOut)
    reading.proceeds(meant(recipient, reading, form), tokenOut, form.leastOut === 'first' ? first : second)
  })
}

/** `(path, recipient, [deadline,] amount, bound)`, one dynamic tuple; the path of an exact output runs backwards. */
function v3Path(args: Buffer, reading: EffectsReading, form: V3Form): void {
  AbiFrame.read(args, 1, (outer) => {
    outer.tuple(form.deadline ? 5 : 4, (frame) => {
      const path = v3Tokens(frame.bytes())
      const recipient = frame.address()
      if (form.deadline) frame.uint()
      const [first, second] = [frame.uint(), frame.uint()]
      reading.touch(...path)
      const { first: begin, last: end } = v2Ends(path)
      const backwards = form.leastOut === 'first'
      reading.proceeds(meant(recipient, reading, form), backwards ? begin : end, backwards ? first : second)
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
