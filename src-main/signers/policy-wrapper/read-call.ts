import { AbiFrame, Undecodable } from './abi-frame'
import { EffectsReading, type Effects } from './effects'
import { readPermitSingle } from './permit-single'
import { readRouterCall } from './read-router'
import { readUniversal } from './read-universal'

/** What a call does, or why that cannot be told. */
export type CallReading = { readonly kind: 'read'; readonly effects: Effects } | { readonly kind: 'undecodable'; readonly why: string }

/** A call as a transaction makes it. */
export interface CalledWith {
  readonly from: string
  readonly to: string
  /** 0x-prefixed, not empty. */
  readonly data: string
  readonly valueWei: bigint
}

type Reader = (args: Buffer, reading: EffectsReading) => void

/** Calls of tokens and of Permit2. */
const PLAIN: Readonly<Record<string, Reader>> = {
  // ERC-20 approve(address spender, uint256 amount)
  '095ea7b3': (args, reading) => {
    AbiFrame.read(args, 2, (frame) => {
      reading.callsToken()
      reading.grant({ token: reading.to, spender: frame.address(), amount: frame.uint() })
    })
  },
  // ERC-20 transfer(address to, uint256 amount)
  a9059cbb: (args, reading) => {
    AbiFrame.read(args, 2, (frame) => {
      reading.callsToken()
      reading.pay(frame.address())
      frame.uint()
    })
  },
  // Permit2 approve(address token, address spender, uint160 amount, uint48 expiration)
  '87517c45': (args, reading) => {
    AbiFrame.read(args, 4, (frame) => {
      reading.grant({ token: frame.address(), spender: frame.address(), amount: frame.uint(160) })
      frame.uint(48)
    })
  },
  // Permit2 permit(address owner, PermitSingle permitSingle, bytes signature)
  '2b67b570': (args, reading) => {
    AbiFrame.read(args, 8, (frame) => {
      ownedBy(frame.address(), reading)
      readPermitSingle(frame, reading)
      frame.bytes()
    })
  },
  // Permit2 transferFrom(address from, address to, uint160 amount, address token)
  '36c78516': (args, reading) => {
    AbiFrame.read(args, 4, (frame) => {
      ownedBy(frame.address(), reading)
      reading.pay(frame.address())
      frame.uint(160)
      reading.touch(frame.address())
    })
  },
}

const UNIVERSAL = ['3593564c', '24856bc3']

/** Reads what a transaction's call does: ERC-20, Permit2, Uniswap's V2 and V3 routers with their multicalls, and its Universal Router. Never throws. */
export function readCall({ from, to, data, valueWei }: CalledWith): CallReading {
  try {
    if (!/^0x(?:[0-9a-f]{2}){4,}$/.test(data)) throw new Undecodable('the calldata has no selector')
    const bytes = Buffer.from(data.slice(2), 'hex')
    const reading = new EffectsReading(from.toLowerCase(), to.toLowerCase(), valueWei)
    readInto(reading, bytes)
    return { kind: 'read', effects: reading.done() }
  } catch (thrown) {
    return { kind: 'undecodable', why: thrown instanceof Undecodable ? thrown.message : 'the calldata cannot be read' }
  }
}

function readInto(reading: EffectsReading, bytes: Buffer): void {
  const selector = bytes.toString('hex', 0, 4)
  const plain = Object.hasOwn(PLAIN, selector) ? PLAIN[selector] : undefined
  if (plain !== undefined) plain(bytes.subarray(4), reading)
  else if (UNIVERSAL.includes(selector)) readUniversal(selector, bytes.subarray(4), reading)
  else readRouterCall(bytes, reading, 0)
}

function ownedBy(owner: string, reading: EffectsReading): void {
  if (owner !== reading.from) throw new Undecodable('it moves what belongs to somebody else')
}
