/** A helper process's side of the channel to the app. */
export interface ParentPort {
  post(message: unknown, sent?: () => void): void
  onMessage(listener: (message: unknown) => void): void
  /** The app is gone. */
  onDisconnect(listener: () => void): void
}

interface ElectronParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
  postMessage(message: unknown): void
}

/** The channel of this process: Electron's where it is a utility process, Node's where it was forked. */
export function parentPort(): ParentPort {
  const electron = (process as unknown as { readonly parentPort?: ElectronParentPort | null }).parentPort
  if (electron) {
    return {
      post: (message, sent) => {
        electron.postMessage(message)
        sent?.()
      },
      onMessage: (listener) => {
        electron.on('message', (event) => {
          listener(event.data)
        })
      },
      // Electron ends a utility process whose main process is gone.
      onDisconnect: () => undefined,
    }
  }
  return {
    post: (message, sent) => {
      process.send?.(message, undefined, undefined, () => sent?.())
    },
    onMessage: (listener) => {
      process.on('message', listener)
    },
    onDisconnect: (listener) => {
      process.on('disconnect', listener)
    },
  }
}
