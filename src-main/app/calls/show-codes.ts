import type { Problem, Reply } from '../../../src-preload/contract/problem'
import type { NewRecoveryKey } from '../../authority/recovery-keys'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppContext } from '../context'

const CHECKED_CHARACTERS = 4

/**
 * Shows recovery codes once, in the main-owned window, and goes on when the person proved to have written each down. The codes' bytes are wiped when
 * it is over.
 */
export async function showCodes(
  { context }: { readonly context: Pick<AppContext, 'desktop' | 'random'> },
  keys: readonly NewRecoveryKey[],
  writtenDown: () => Problem | null,
): Promise<Reply<{ done: boolean }>> {
  const codes = keys.map(({ code }) => code.toString('ascii'))
  for (const { code } of keys) code.fill(0)
  const asked = context.desktop.ask({ kind: 'show-recovery-keys', id: context.random.uuid(), codes }, (answer) => {
    if (answer.kind !== 'show-recovery-keys') return Promise.resolve({ code: 'FORBIDDEN', figures: {} })
    const right = codes.every((code, index) => lastCharacters(code) === clean(answer.lastCharacters[index] ?? ''))
    return Promise.resolve(right ? writtenDown() : { code: 'WRONG_KEY', figures: {} })
  })
  return asked === 'busy' ? problemReply('BUSY') : valueReply({ done: await asked })
}

function lastCharacters(code: string): string {
  return clean(code).slice(-CHECKED_CHARACTERS)
}

function clean(text: string): string {
  return text.replace(/[^0-9a-z]/gi, '').toUpperCase()
}
