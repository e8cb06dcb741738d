import type { IpcLike } from './bridge'
import { WIRED_CHANNEL } from './contract/channel'

/**
 * Holds calls back until main hears them: main opens the window first and loads the engine once the page shows. Asking is also how main learns
 * that it shows. Where main cannot say, a call fails, and the next one asks again.
 */
export function whenWired(ipc: IpcLike): IpcLike & { readonly ask: () => void } {
  let wired = false
  let asking: Promise<unknown> | null = null
  const untilWired = (): Promise<unknown> =>
    (asking ??= ipc
      .invoke(WIRED_CHANNEL, undefined)
      .then(() => {
        wired = true
      })
      .finally(() => {
        asking = null
      }))
  return {
    ask() {
      untilWired().catch(() => undefined)
    },
    async invoke(channel, input) {
      if (!wired) await untilWired()
      return ipc.invoke(channel, input)
    },
    on(channel, listener) {
      ipc.on(channel, listener)
    },
    off(channel, listener) {
      ipc.off(channel, listener)
    },
  }
}
