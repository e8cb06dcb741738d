// Runs a command for as long as its parent lives: the parent holds the other end of standard input, and the operating system closes
// it however the parent dies, also by SIGKILL. Then the command is ended.
import { spawn } from 'node:child_process'

const [command = '', ...args] = process.argv.slice(2)
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
const end = () => child.kill('SIGKILL')

process.stdin.resume()
process.stdin.once('close', end)
// Ctrl-C reaches the whole process group; the parent decides when it is over.
process.on('SIGINT', () => {})
process.on('SIGTERM', end)
child.once('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(127)
})
child.once('exit', (code) => process.exit(code ?? 0))
