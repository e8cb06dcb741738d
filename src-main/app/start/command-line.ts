/** What the app was started to do. */
export type Command =
  | { readonly kind: 'window' }
  | { readonly kind: 'audit'; readonly args: readonly string[] }
  | { readonly kind: 'halt'; readonly reason: string }

/** Reads the command line; everything that is no command of ours opens the window. */
export function readCommand(argv: readonly string[]): Command {
  const words = argv.filter(
    (word) => !word.startsWith('--user-data-dir') && !word.startsWith('--password-store') && word !== '--no-sandbox',
  )
  const at = words.findIndex((word, index) => index > 0 && (word === 'audit' || word === 'halt'))
  if (at < 0) return { kind: 'window' }
  const rest = words.slice(at + 1)
  if (words[at] === 'halt')
    return { kind: 'halt', reason: rest.filter((word) => !word.startsWith('--')).join(' ') || 'halted from a terminal' }
  return { kind: 'audit', args: rest }
}
