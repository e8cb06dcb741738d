import type { CallInput, CallName, CallOutput, EventName, EventPayload, HoldfastBridge } from '../../../src-preload/contract/index'
import type { Problem, Reply } from '../../../src-preload/contract/problem'

/** A call that waits for the test to answer it. */
export interface Pending {
  readonly name: CallName
  readonly input: unknown
  answer(reply: Reply<unknown>): void
}

/** A bridge that answers nothing by itself: the test sees every question and answers it when, and in the order, it likes. */
export class ScriptedBridge implements HoldfastBridge {
  readonly pending: Pending[] = []
  private readonly listeners = new Map<EventName, Set<(payload: never) => void>>()

  call<N extends CallName>(name: N, input: CallInput<N>): Promise<Reply<CallOutput<N>>> {
    return new Promise((resolve) => {
      this.pending.push({ name, input, answer: (reply) => resolve(reply as Reply<CallOutput<N>>) })
    })
  }

  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
    const listeners = this.listeners.get(name) ?? new Set()
    this.listeners.set(name, listeners)
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  /** Says something to the window. */
  emit<N extends EventName>(name: N, payload: EventPayload<N>): void {
    for (const listener of this.listeners.get(name) ?? []) listener(payload as never)
  }

  /** Questions of this name that still wait, oldest first. */
  waiting(name: CallName): Pending[] {
    return this.pending.filter((each) => each.name === name)
  }

  /** Answers a question and lets what waits for it run. */
  async answer(pending: Pending | undefined, value: unknown): Promise<void> {
    if (pending === undefined) throw new Error('there is no such question')
    this.pending.splice(this.pending.indexOf(pending), 1)
    pending.answer({ ok: true, value })
    await flush()
  }

  /** Refuses a question. */
  async refuse(pending: Pending | undefined, problem: Problem): Promise<void> {
    if (pending === undefined) throw new Error('there is no such question')
    this.pending.splice(this.pending.indexOf(pending), 1)
    pending.answer({ ok: false, problem })
    await flush()
  }
}

/** Lets promises that are under way run to their end. */
export async function flush(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve()
}
