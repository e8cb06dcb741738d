import type { CallInput, CallName, CallOutput, EventName, EventPayload, HoldfastBridge } from '../../src-preload/contract/index'
import type { Reply } from '../../src-preload/contract/problem'

declare global {
  var holdfast: HoldfastBridge | undefined
}

/** Asks main. Never throws: a bridge that is missing or breaks is a problem like any other. */
export async function call<N extends CallName>(name: N, input: CallInput<N>): Promise<Reply<CallOutput<N>>> {
  const bridge = globalThis.holdfast
  if (bridge === undefined) return { ok: false, problem: { code: 'NOT_READY', figures: { call: name } } }
  try {
    return await bridge.call(name, input)
  } catch {
    return { ok: false, problem: { code: 'INTERNAL', figures: { call: name } } }
  }
}

/** Hears an event of main; returns how to stop. */
export function on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
  return globalThis.holdfast?.on(name, listener) ?? (() => undefined)
}

export type { CallInput, CallName, CallOutput, EventName, EventPayload }
