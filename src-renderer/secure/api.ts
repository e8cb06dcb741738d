import type {
  SecureAnswer,
  SecureBridge,
  SecureCallInput,
  SecureCallName,
  SecureCallOutput,
  SecureTask,
} from '../../src-preload/contract/secure'
import type { Problem, Reply } from '../../src-preload/contract/problem'

declare global {
  var holdfastSecure: SecureBridge | undefined
}

/** Asks main. Never throws: a bridge that is missing or breaks is a problem like any other, and no form stays busy for ever. */
async function call<N extends SecureCallName>(name: N, input: SecureCallInput<N>): Promise<Reply<SecureCallOutput<N>>> {
  const bridge = globalThis.holdfastSecure
  if (bridge === undefined) return { ok: false, problem: { code: 'NOT_READY', figures: {} } }
  try {
    return await bridge.call(name, input)
  } catch {
    return { ok: false, problem: { code: 'INTERNAL', figures: {} } }
  }
}

/** What main asks of the person in this window. */
export async function readTask(): Promise<Reply<SecureTask | null>> {
  return call('secure.task', {})
}

/** What an answer came to: what was wrong with it, or what is asked next; neither when it was accepted and the window closes. */
export interface Answered {
  readonly problem: Problem | null
  readonly next: SecureTask | null
}

/** Answers. What main got are copies: the bytes here are wiped either way. */
export async function answerTask(answer: SecureAnswer): Promise<Answered> {
  try {
    const reply = await call('secure.answer', answer)
    return reply.ok ? reply.value : { problem: reply.problem, next: null }
  } finally {
    wipe(answer)
  }
}

function wipe(value: unknown): void {
  if (value instanceof Uint8Array) value.fill(0)
  else if (typeof value === 'object' && value !== null) Object.values(value).forEach(wipe)
}

/** Closes the window without an answer. */
export function cancelTask(): void {
  void call('secure.cancel', {})
}

/** Typed text as bytes, which main wipes after use. */
export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}
