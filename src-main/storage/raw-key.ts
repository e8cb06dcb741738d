/** Length of a database key, in bytes. */
export const DATABASE_KEY_BYTES = 32

const PREFIX = Buffer.from('raw:', 'latin1')
const HEX_DIGITS = Buffer.from('0123456789abcdef', 'latin1')

/**
 * A key in the form in which the cipher takes it without stretching it (`raw:` and 64 hex digits). In a buffer, because a string
 * cannot be wiped: the caller fills it with zeros after use.
 */
export function rawKeyText(key: Uint8Array): Buffer {
  if (key.length !== DATABASE_KEY_BYTES) throw new RangeError(`a database key has ${DATABASE_KEY_BYTES} bytes`)
  const text = Buffer.alloc(PREFIX.length + 2 * DATABASE_KEY_BYTES)
  PREFIX.copy(text)
  key.forEach((byte, index) => {
    text[PREFIX.length + 2 * index] = HEX_DIGITS[byte >> 4] ?? 0
    text[PREFIX.length + 2 * index + 1] = HEX_DIGITS[byte & 15] ?? 0
  })
  return text
}
