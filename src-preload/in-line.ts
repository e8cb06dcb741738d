import { callChannel, type IpcLike } from './bridge'
import type { CallName } from './contract'

/** Calls of one window that main works on at the same time. */
export const MOST_AT_ONCE = 32

/** What makes things safer never waits behind anything else. */
const AT_ONCE: readonly CallName[] = [
  'halt.trigger',
  'halt.durable',
  'halt.sweep',
  'order.cancel',
  'order.cancelAll',
  'order.cancelOnChain',
  'trading.halt',
  'trading.reduce',
  'breaker.isolate',
  'signer.lock',
  'authority.lock',
]
const AT_ONCE_CHANNELS: ReadonlySet<string> = new Set(AT_ONCE.map(callChannel))

/**
 * Lets so many calls of a window out at once and keeps the rest in line, in the window. Main reads what reached it in its order: a page that asks faster
 * than main can answer would otherwise put its own halt behind everything it has asked for.
 */
export function inLine(ipc: IpcLike): IpcLike {
  let out = 0
  const waiting: (() => void)[] = []
  const inTurn = async (channel: string, input: unknown): Promise<unknown> => {
    if (out >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
    else out += 1
    try {
      return await ipc.invoke(channel, input)
    } finally {
      // Whoever is next takes the place over.
      const next = waiting.shift()
      if (next === undefined) out -= 1
      else next()
    }
  }
  return {
    invoke: (channel, input) => (AT_ONCE_CHANNELS.has(channel) ? ipc.invoke(channel, input) : inTurn(channel, input)),
    on(channel, listener) {
      ipc.on(channel, listener)
    },
    off(channel, listener) {
      ipc.off(channel, listener)
    },
  }
}
