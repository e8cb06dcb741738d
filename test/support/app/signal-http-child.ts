/**
 * A transaction's bytes on their way to an endpoint, in a process that is sent a signal while the connection is made. `tsx signal-http-child.ts <signal>`;
 * prints one line of JSON.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { installHaltSignals } from '../../../src-main/engine/halt/signals'
import { denial } from '../../../src-main/domain/codes'
import { systemScheduler } from '../../../src-main/lib/clock'
import { postJson } from '../../../src-main/venues/dex/http'

const [name = ''] = process.argv.slice(2)
/** Long enough that signal and connection have both come before the loop is free again. */
const BUSY_MS = 100

let received = 0
const server = createServer((request, response) => {
  received += 1
  request.resume().on('end', () => response.end('{}'))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo

let halted = false
installHaltSignals().attach(() => {
  halted = true
})
const outcome = postJson(
  {
    url: new URL(`http://127.0.0.1:${port}/`),
    body: '{}',
    timeoutMs: 10_000,
    maxAnswerBytes: 1_000,
    agent: null,
    lastLook: () => (halted ? denial('KILL_SWITCH_TRIGGERED', {}) : null),
  },
  systemScheduler,
)
process.nextTick(() => {
  process.kill(process.pid, name)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_MS)
})
process.stdout.write(`${JSON.stringify({ kind: (await outcome).kind, received })}\n`)
server.close()
server.closeAllConnections()
