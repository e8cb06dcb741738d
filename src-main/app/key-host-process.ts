import { utilityProcess } from 'electron'

import type { KeyHostPort } from '../signers/keystore/host-protocol'

/** Starts a process of its own that alone will hold one key (signers/keystore/key-host.ts). Nothing secret is in its arguments or environment. */
export function spawnKeyHost(entry: string): KeyHostPort {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Holdfast key host', stdio: 'ignore', env: {} })
  return {
    post: (message) => {
      child.postMessage(message)
    },
    onMessage: (listener) => {
      child.on('message', listener)
    },
    onExit: (listener) => {
      child.on('exit', listener)
    },
    kill: () => {
      child.kill()
    },
  }
}
