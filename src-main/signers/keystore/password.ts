/**
 * Passwords are UTF-8 bytes in buffers that can be wiped. Tools disagree about letters that Unicode can write in two ways: go-ethereum takes the
 * bytes as typed, ethers normalises to NFKC first. Plain ASCII is the same in both and never becomes a string here.
 */

/** A copy of the password, normalised to NFKC; bytes that are not UTF-8 stay as they are. */
export function normalised(password: Buffer): Buffer {
  if (isAscii(password)) return Buffer.from(password)
  try {
    return Buffer.from(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(password).normalize('NFKC'), 'utf8')
  } catch {
    return Buffer.from(password)
  }
}

/** Copies of the password to try, in order: as typed, then normalised where that differs. The caller wipes them. */
export function asTyped(password: Buffer): readonly Buffer[] {
  const typed = Buffer.from(password)
  const other = normalised(password)
  if (!other.equals(typed)) return [typed, other]
  other.fill(0)
  return [typed]
}

function isAscii(bytes: Buffer): boolean {
  return bytes.every((byte) => byte < 0x80)
}
