import { AbiFrame, Undecodable } from './abi-frame'
import type { EffectsReading } from './effects'
import { readPermitSingle } from './permit-single'
import { markedRecipient, v3Tokens, wholePath } from './read-router'

/** The amount that means all that the router holds (Universal Router, Constants.CONTRACT_BALANCE). */
const ALL_OF_IT = 1n << 255n

/**
 * Reads `execute(bytes commands, bytes[] inputs[, uint256 deadline])` of the Universal Router. The router must hold nothing of ours between two commands: what would
 * take it out again (SWEEP, UNWRAP_WETH, a swap that the router pays for) is not known, nor is what takes coin.
 */
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
    case 0x00: // V3_SWAP_EXACT_IN(recipient, amountIn, leastOut, path, payerIsUser)
    case 0x01: {
      // V3_SWAP_EXACT_OUT(recipient, amountOut, mostIn, path backwards, payerIsUser)
      swap(input, reading, (frame) => v3Tokens(frame.bytes()))
      return
    }
    case 0x08: // V2_SWAP_EXACT_IN(recipient, amountIn, leastOut, path, payerIsUser)
    case 0x09: {
      // V2_SWAP_EXACT_OUT(recipient, amountOut, mostIn, path, payerIsUser)
      swap(input, reading, (frame) => wholePath(frame.list((item) => item.address())))
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
    case 0x21: {
      // EXECUTE_SUB_PLAN(bytes commands, bytes[] inputs)
      run(AbiFrame.read(input, 2, planOf), reading, depth + 1)
      return
    }
    default:
      throw new Undecodable('a command is not known')
  }
}

function swap(input: Buffer, reading: EffectsReading, readPath: (frame: AbiFrame) => readonly string[]): void {
  AbiFrame.read(input, 5, (frame) => {
    reading.pay(markedRecipient(frame.address(), reading))
    const amounts = [frame.uint(), frame.uint()]
    reading.touch(...readPath(frame))
    if (!frame.bool() || amounts.includes(ALL_OF_IT)) throw new Undecodable('it is about what the router holds')
  })
}
