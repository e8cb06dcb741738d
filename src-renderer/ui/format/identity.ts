const HEX = /^0x[0-9a-fA-F]+$/
const KEPT = 6

/** An address or hash, shortened in the middle: the first and last six. Short text stays whole. */
export function shortHex(text: string): string {
  if (!HEX.test(text) || text.length <= 2 + 2 * KEPT + 1) return text
  return `${text.slice(0, 2 + KEPT)}…${text.slice(-KEPT)}`
}

/** An identifier, shortened in the middle: the first eight and last four. */
export function shortId(id: string): string {
  return id.length <= 14 ? id : `${id.slice(0, 8)}…${id.slice(-4)}`
}
