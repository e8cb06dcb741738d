/** A main process that will be killed: starts a key host that shares its standard output, unlocks it, says so, and waits. */
import { fork } from 'node:child_process'
import { argv } from 'node:process'

const [, , entry = '', keystoreJson = '', address = ''] = argv
const host = fork(entry, [], { execArgv: ['--import', 'tsx'], serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
host.on('message', (answer) => {
  console.log(JSON.stringify(answer))
})
host.send({ op: 'unlock', id: 1, keystoreJson, password: new Uint8Array(Buffer.from('testpassword')), address, unlockMs: 3_600_000 })
