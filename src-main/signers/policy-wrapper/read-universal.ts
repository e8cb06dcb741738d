import { AbiFrame, Undecodable } from './abi-frame'
import type { EffectsReading } from './effects'
import { readPermitSingle } from './permit-single'
import { markedRecipient, v2Ends, v3Tokens } from './read-router'

/** The amount that means all that the router holds (Universal Router, Constants.CONTRACT_BALANCE). */
const ALL_OF_IT = 1n << 255n

/** Reads `execute(bytes commands, bytes[] inputs[, uint256 deadline])` of the Universal Router. */
export function readUniversal(selector: string, args: Buffer, reading: EffectsReading): void {
  const withDeadline = selector === '3593564c'
  const plan = AbiFrame.read(args, withDeadline ? 3 : 2, (frame) => {
    const read = planOf(frame)
    if (withDeadline) frame.uint()
    return read
  })
  run(plan, reading, 0)
}

interface Plan {
  readonly commands: Buffer
  readonly inputs: readonly Buffer[]
}

function planOf(frame: AbiFrame): Plan {
  return { commands: frame.bytes(), inputs: frame.list((item) => item.bytes()) }
}

function run({ commands, inputs }: Plan, reading: EffectsReading, depth: number): void {
  if (commands.length === 0 || commands.length !== inputs.length) throw new Undecodable('commands and inputs do not match')
  inputs.forEach((input, index) => {
    reading.enter(depth)
    command(commands[index] ?? 0xff, input, reading, depth)
  })
}

/** One command; its highest bit would let it fail without undoing the rest, so it counts as not known. */
function command(code: number, input: Buffer, reading: EffectsReading, depth: number): void {
  switch (code) {
    case 0x00: {
      // V3_SWAP_EXACT_IN(recipient, amountIn, leastOut, path, payerIsUser)
      swap(input, reading, { exact: 'input', path: (frame) => v3Tokens(frame.bytes()) })
      return
    }
    case 0x01: {
      // V3_SWAP_EXACT_OUT(recipient, amountOut, mostIn, path backwards, payerIsUser)
      swap(input, reading, { exact: 'output', path: (frame) => [...v3Tokens(frame.bytes())].reverse() })
      return
    }
    case 0x08: {
      // V2_SWAP_EXACT_IN(recipient, amountIn, leastOut, path, payerIsUser)
      swap(input, reading, { exact: 'input', path: (frame) => frame.list((item) => item.address()) })
      return
    }
    case 0x09: {
      // V2_SWAP_EXACT_OUT(recipient, amountOut, mostIn, path, payerIsUser)
      swap(input, reading, { exact: 'output', path: (frame) => frame.list((item) => item.address()) })
      return
    }
    case 0x02: {
      // PERMIT2_TRANSFER_FROM(token, recipient, uint160 amount)
      AbiFrame.read(input, 3, (frame) => {
        reading.touch(frame.address())
        reading.pay(markedRecipient(frame.address(), reading))
        frame.uint(160)
      })
      return
    }
    case 0x04: {
      // SWEEP(token, recipient, least)
      AbiFrame.read(input, 3, (frame) => {
        const token = frame.address()
        const recipient = markedRecipient(frame.address(), reading)
        reading.takeOut(token, frame.uint(), recipient)
      })
      return
    }
    case 0x05: {
      // TRANSFER(token, recipient, value)
      AbiFrame.read(input, 3, (frame) => {
        reading.touch(frame.address())
        reading.pay(markedRecipient(frame.address(), reading))
        frame.uint()
      })
      return
    }
    case 0x0a: {
      // PERMIT2_PERMIT(PermitSingle, bytes signature)
      AbiFrame.read(input, 7, (frame) => {
        readPermitSingle(frame, reading)
        frame.bytes()
      })
      return
    }
    case 0x0c: {
      // UNWRAP_WETH(recipient, least)
      AbiFrame.read(input, 2, (frame) => {
        const recipient = markedRecipient(frame.address(), reading)
        reading.takeOut(null, frame.uint(), recipient)
      })
      return
    }
    case 0x21: {
      // EXECUTE_SUB_PLAN(bytes commands, bytes[] inputs)
      run(AbiFrame.read(input, 2, planOf), reading, depth + 1)
      return
    }
    default:
      throw new Undecodable('a command is not known')
  }
}

interface UniversalSwap {
  readonly exact: 'input' | 'output'
  /** The tokens from what is paid to what is bought. */
  readonly path: (frame: AbiFrame) => readonly string[]
}

function swap(input: Buffer, reading: EffectsReading, { exact, path: readPath }: UniversalSwap): void {
  AbiFrame.read(input, 5, (frame) => {
    const recipient = markedRecipient(frame.address(), reading)
    const [first, second] = [frame.uint(), frame.uint()]
    const path = readPath(frame)
    const paysItself = frame.bool()
    const { first: tokenIn, last: tokenOut } = v2Ends(path)
    reading.touch(...path)
    if (!paysItself) {
      // What a swap before left in the router: only spending all of it leaves nothing behind.
      if (exact !== 'input' || first !== ALL_OF_IT) throw new Undecodable('it pays with a part of what the router holds')
      reading.spendKept(tokenIn)
    }
    reading.proceeds(recipient, tokenOut, exact === 'input' ? second : first)
  })
}
