/** What people and other programs may write into a record of ours: one line, no control or direction-changing characters, 200 characters at most. */
export function oneLine(text: string): string {
  const first = text.split(/[\r\n\u2028\u2029]/, 1)[0] ?? ''
  // C0 and C1 controls, and the marks that turn the direction of text or hide in it.
  return Array.from(first.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').trim())
    .slice(0, MAX_CHARACTERS)
    .join('')
}

const MAX_CHARACTERS = 200
