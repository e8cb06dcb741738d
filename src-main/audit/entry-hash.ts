import { HASH_BYTES, sha256, sha256Hex } from './encoding'

const TAG = Buffer.from('holdfast/audit-entry/v1', 'utf8')
const SEQ_AT = 4 + TAG.length + 4
const PREV_AT = SEQ_AT + 8 + 4
const BODY_LENGTH_AT = PREV_AT + HASH_BYTES
const BODY_AT = BODY_LENGTH_AT + 4

/** UTF-8 needs at most this many bytes for one UTF-16 code unit. */
const MAX_BYTES_PER_UNIT = 3

const INITIAL_BYTES = 4 * 1024

/**
 * The hash of an audit entry: SHA-256 over tag ‖ seq ‖ previous hash ‖ body, each behind its length (the encoding of `lengthPrefixed`).
 * One buffer is used again and again, because this runs once for every entry that is written or checked.
 */
export class EntryHasher {
  private bytes = EntryHasher.prepared(INITIAL_BYTES)
  private numbers = numbersOf(this.bytes)

  /** The hash; `prevHashHex` are 64 hexadecimal digits of either case. */
  hash(seq: number, prevHashHex: string, body: string): Buffer {
    return sha256(this.encode(seq, prevHashHex, body))
  }

  /** The hash in hexadecimal digits. */
  hashHex(seq: number, prevHashHex: string, body: string): string {
    return sha256Hex(this.encode(seq, prevHashHex, body))
  }

  private encode(seq: number, prevHashHex: string, body: string): Buffer {
    this.reserve(BODY_AT + MAX_BYTES_PER_UNIT * body.length)
    const { bytes, numbers } = this
    numbers.setUint32(SEQ_AT, Math.floor(seq / 0x1_0000_0000))
    numbers.setUint32(SEQ_AT + 4, seq % 0x1_0000_0000)
    bytes.write(prevHashHex, PREV_AT, HASH_BYTES, 'hex')
    const bodyLength = bytes.write(body, BODY_AT, 'utf8')
    numbers.setUint32(BODY_LENGTH_AT, bodyLength)
    return bytes.subarray(0, BODY_AT + bodyLength)
  }

  private reserve(length: number): void {
    if (length <= this.bytes.length) return
    this.bytes = EntryHasher.prepared(2 * length)
    this.numbers = numbersOf(this.bytes)
  }

  /** What is the same for every entry is written once. */
  private static prepared(length: number): Buffer {
    const bytes = Buffer.alloc(length)
    bytes.writeUInt32BE(TAG.length, 0)
    TAG.copy(bytes, 4)
    bytes.writeUInt32BE(8, SEQ_AT - 4)
    bytes.writeUInt32BE(HASH_BYTES, PREV_AT - 4)
    return bytes
  }
}

/** The same bytes, for writing numbers: several times faster than a buffer's own methods. */
function numbersOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
