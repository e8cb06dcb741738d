/**
 * Entry of the process that alone ever holds a decrypted key: an Electron utility process in the app, a forked Node process elsewhere. It has no
 * other task, opens nothing, prints nothing, and ends when the key is to be forgotten, so that the memory goes back to the system with it.
 *
 * What buffers cannot cover, and the end of the process does: the curve library's big integers, and copies in the channel.
 */
import { randomBytes, randomUUID } from 'node:crypto'

import { systemClock, systemScheduler } from '../../lib/clock'
import { parentPort } from '../parent-port'
import { warmUp } from './key'
import { KeyKeeper } from './key-keeper'
import { loadScrypt } from './scrypt'

// Without a handler SIGUSR1 opens Node's inspector, and with it this process's memory.
process.on('SIGUSR1', () => undefined)

const keeper = new KeyKeeper({
  port: parentPort(),
  clock: systemClock,
  scheduler: systemScheduler,
  random: { bytes: (length) => randomBytes(length), uuid: () => randomUUID() },
  exit: (code) => {
    process.exit(code)
  },
})

// After the messages that wait already: it then runs while the password is stretched on another thread.
setImmediate(() => {
  void loadScrypt()
  warmUp()
})

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(signal, () => {
    keeper.leave()
  })
}
// A stack trace or message might quote what it failed on: nothing is printed.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, () => {
    keeper.end(1)
  })
}
