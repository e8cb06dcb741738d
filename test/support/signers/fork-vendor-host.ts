import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import type { VendorHostPort } from '../../../src-main/signers/vendor-host/protocol'

const ENTRY = fileURLToPath(new URL('../../../src-main/signers/vendor-host/vendor-host.ts', import.meta.url))

/** The vendor host in a Node process of its own, as Electron would start it in a utility process. */
export function forkVendorHost(env: NodeJS.ProcessEnv = {}): VendorHostPort {
  const child = fork(ENTRY, [], {
    execArgv: ['--import', 'tsx', '--max-old-space-size=256'],
    serialization: 'advanced',
    stdio: 'ignore',
    env: { ...env, TSX_TSCONFIG_PATH: process.env['TSX_TSCONFIG_PATH'] },
  })
  return {
    post: (message) => void child.send(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  }
}
