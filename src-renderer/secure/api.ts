import type { SecureAnswer, SecureBridge, SecureTask } from '../../src-preload/contract/secure'
import type { Problem, Reply } from '../../src-preload/contract/problem'

const bridge = (): SecureBridge => (window as unknown as { readonly holdfastSecure: SecureBridge }).holdfastSecure

/** What main asks of the person in this window. */
export async function readTask(): Promise<Reply<SecureTask | null>> {
  return bridge().call('secure.task', {})
}

/** Answers; null when the answer was accepted and the window closes. */
export async function answerTask(answer: SecureAnswer): Promise<Problem | null> {
  const reply = await bridge().call('secure.answer', answer)
  return reply.ok ? reply.value.problem : reply.problem
}

/** Closes the window without an answer. */
export function cancelTask(): void {
  void bridge().call('secure.cancel', {})
}

/** Typed text as bytes, which main wipes after use. */
export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}
