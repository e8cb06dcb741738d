import { utilityProcess } from 'electron'

import type { KeyHostPort } from '../../signers/keystore/host-protocol'
import type { VendorHostPort } from '../../signers/vendor-host/protocol'

/** By these PKCS#11 modules find their own settings (SoftHSM, YubiHSM, Luna, Utimaco, OpenSC); nothing else of this process's environment goes in. */
const MODULE_VARIABLES = ['SOFTHSM2_CONF', 'YUBIHSM_PKCS11_CONF', 'ChrystokiConfigurationPath', 'CS_PKCS11_R3_CFG', 'OPENSC_CONF'] as const

/** What a vendor's library may take of memory, MB: a service that answers without end takes its helper with it, and nothing else. */
const VENDOR_HEAP_MB = 256

/** Starts a process of its own that alone will hold one key (signers/keystore/key-host.ts). Nothing secret is in its arguments or environment. */
export function spawnKeyHost(entry: string): KeyHostPort {
  return portOf(utilityProcess.fork(entry, [], { serviceName: 'Holdfast key host', stdio: 'ignore', env: {} }))
}

/** Starts a process in which a vendor's library runs, a Ledger's too (signers/vendor-host/vendor-host.ts). */
export function spawnVendorHost(entry: string): VendorHostPort {
  const settings = MODULE_VARIABLES.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]))
  return portOf(
    utilityProcess.fork(entry, [], {
      serviceName: 'Holdfast signer helper',
      stdio: 'ignore',
      execArgv: [`--max-old-space-size=${VENDOR_HEAP_MB}`],
      env: Object.fromEntries(settings),
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
