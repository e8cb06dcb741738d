const MAX_CHARS = 200

/** Text of a stranger, made fit for the log and the screen: one line of printable characters, at most 200. */
export function cleanText(text: string): string {
  return text
    .slice(0, 4 * MAX_CHARS)
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, ' ')
    .trim()
    .slice(0, MAX_CHARS)
}
