/**
 * Entry of the process in which a vendor's library runs: an Electron utility process in the app, a forked Node process elsewhere. A native module that crashes,
 * a call that hangs, or a service that answers without end takes this process with it and nothing else; its end forgets the session.
 */
import { webcrypto } from 'node:crypto'

import { LedgerKeeper } from '../ledger/ledger-keeper'
import { parentPort } from '../parent-port'
import { openVendor } from './open-vendor'
import { VendorKeeper } from './vendor-keeper'

// Without a handler SIGUSR1 opens Node's inspector, and with it this process's memory.
process.on('SIGUSR1', () => undefined)

// Older runtimes have it under its module's name alone; a vendor's library looks for it here.
if (!('crypto' in globalThis)) Object.defineProperty(globalThis, 'crypto', { value: webcrypto })

const port = parentPort()
const ledger = new LedgerKeeper()
const keeper = new VendorKeeper(
  port,
  openVendor,
  async (...asked) => (await import('../aws-kms/read-aws-secret')).readAwsSecret(...asked),
  (request) => ledger.carryOut(request),
)

function end(code: number): void {
  keeper.close()
  process.exit(code)
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end(0))
port.onDisconnect(() => end(0))
// A stack trace or message might quote what it failed on: nothing is printed.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, () => end(1))
