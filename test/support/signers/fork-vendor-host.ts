import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import type { VendorHostPort } from '../../../src-main/signers/vendor-host/protocol'
import { bundle } from '../bundle'

const ENTRY = fileURLToPath(new URL('../../../src-main/signers/vendor-host/vendor-host.ts', import.meta.url))
/** The vendors' own libraries stay outside: each is loaded by the kind that needs it. */
const VENDORS = ['@aws-sdk/client-kms', '@aws-sdk/client-secrets-manager', '@azure/keyvault-keys', '@google-cloud/kms', 'pkcs11js']

/** Bundles a program that is a vendor host, once for each file of tests: from its TypeScript it would take several times as long to start, a score of times. */
export async function bundleVendorHost(entry: string): Promise<string> {
  const program = await bundle(entry, VENDORS)
  process.once('exit', () => {
    program.remove()
  })
  return program.path
}

const usual = await bundleVendorHost(ENTRY)

/** The vendor host in a Node process of its own, as Electron would start it in a utility process. */
export function forkVendorHost(env: NodeJS.ProcessEnv = {}, program = usual): VendorHostPort {
  const child = fork(program, [], { execArgv: ['--max-old-space-size=256'], serialization: 'advanced', stdio: 'ignore', env })
  return {
    post: (message) => void child.send(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  }
}
