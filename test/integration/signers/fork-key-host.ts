import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import type { KeyHostPort } from '../../../src-main/signers/keystore/host-protocol'
import { bundle } from '../../support/bundle'

const ENTRY = fileURLToPath(new URL('../../../src-main/signers/keystore/key-host.ts', import.meta.url))

// Once for each file of tests: from its TypeScript a host would take several times as long to start.
const program = await bundle(ENTRY)
process.once('exit', () => {
  program.remove()
})

/** The key host in a Node process of its own, as Electron would start it in a utility process. */
export interface ForkedHost extends KeyHostPort {
  readonly child: ChildProcess
  /** Everything that came from it, and whatever it printed. */
  readonly messages: unknown[]
  readonly printed: () => string
  readonly exited: Promise<number | null>
}

/** Starts the real entry. */
export function forkKeyHost(env: NodeJS.ProcessEnv = {}): ForkedHost {
  const child = fork(program.path, [], { execArgv: [], serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env })
  const messages: unknown[] = []
  let printed = ''
  child.on('message', (message) => messages.push(message))
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    child,
    messages,
    printed: () => printed,
    exited,
    post: (message) => void child.send(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  }
}
