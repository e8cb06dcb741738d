import { utilityProcess } from 'electron'

import type { KeyHostPort } from '../signers/keystore/host-protocol'
import type { VendorHostPort } from '../signers/vendor-host/protocol'

/** What a vendor's library may take of memory, MB: a service that answers without end takes its helper with it, and nothing else. */
const VENDOR_HEAP_MB = 256

/** Starts a process of its own that alone will hold one key (signers/keystore/key-host.ts). Nothing secret is in its arguments or environment. */
export function spawnKeyHost(entry: string): KeyHostPort {
  return portOf(utilityProcess.fork(entry, [], { serviceName: 'Holdfast key host', stdio: 'ignore', env: {} }))
}

/** Starts a process in which a vendor's library runs (signers/vendor-host/vendor-host.ts). */
export function spawnVendorHost(entry: string): VendorHostPort {
  const { SOFTHSM2_CONF } = process.env
  return portOf(
    utilityProcess.fork(entry, [], {
      serviceName: 'Holdfast signer helper',
      stdio: 'ignore',
      execArgv: [`--max-old-space-size=${VENDOR_HEAP_MB}`],
      // A module finds its own configuration by this; nothing else of ours goes in.
      env: SOFTHSM2_CONF === undefined ? {} : { SOFTHSM2_CONF },
    }),
  )
}

function portOf(child: Electron.UtilityProcess): KeyHostPort & VendorHostPort {
  return {
    post: (message: unknown) => {
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
