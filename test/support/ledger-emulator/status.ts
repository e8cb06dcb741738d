/** Status words that end an answer (ISO 7816-4; the Ethereum app's own list). */
export const STATUS = {
  OK: 0x9000,
  LOCKED: 0x5515,
  REJECTED: 0x6985,
  INVALID: 0x6a80,
  NO_APP: 0x6511,
  WRONG_P1_P2: 0x6b00,
  UNKNOWN_INS: 0x6d00,
  UNKNOWN_CLA: 0x6e00,
} as const
/** A status word that says no. */
export type Refusal = Exclude<(typeof STATUS)[keyof typeof STATUS], 0x9000>

/** Thrown inside the emulator to answer with a status word alone. */
export class RefusedWith extends Error {
  constructor(readonly status: Refusal) {
    super(status.toString(16))
  }
}

/** An answer: the data, then two bytes of status. */
export function answerOf(data: Uint8Array, status: number = STATUS.OK): Buffer {
  return Buffer.concat([data, Buffer.of(status >> 8, status & 0xff)])
}

/** Reads a length-prefixed BIP-32 path; what follows it is left over. */
export function readPath(data: Buffer): { readonly path: string; readonly rest: Buffer } {
  const count = data[0] ?? 0
  const end = 1 + 4 * count
  if (count < 1 || count > 10 || data.length < end) throw new RefusedWith(STATUS.INVALID)
  const steps = Array.from({ length: count }, (_, index) => data.readUInt32BE(1 + 4 * index))
  return {
    path: steps.map((step) => `${step & 0x7fffffff}${step >= 0x8000_0000 ? "'" : ''}`).join('/'),
    rest: data.subarray(end),
  }
}
