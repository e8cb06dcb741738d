import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {'inherit' | 'quiet'} [output] quiet keeps the output for the error message
 */

/** @param {NodeJS.Signals | null} signal */
const signalExitCode = (signal) => 128 + (signal === null ? 0 : constants.signals[signal])

/**
 * Runs a command to its end and gives its exit code; never rejects because of that code.
 * Signals sent to this process reach the child, so an interrupted run leaves nothing behind.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const quiet = options.output === 'quiet'
    // The packages' commands are .cmd files on Windows, which only a shell starts.
    const shell = process.platform === 'win32' && !command.includes('\\')
    const child = spawn(command, shell ? args.map((arg) => (/[\s"&|<>^]/.test(arg) ? `"${arg.replaceAll('"', '""')}"` : arg)) : args, {
      shell,
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    })
    let output = ''
    /** @param {Buffer} chunk */
    const keep = (chunk) => {
      output = (output + chunk.toString('utf8')).slice(-20_000)
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)

    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal)
    process.on('SIGINT', forward)
    process.on('SIGTERM', forward)
    const done = () => {
      process.off('SIGINT', forward)
      process.off('SIGTERM', forward)
    }
    child.once('error', (error) => {
      done()
      reject(error)
    })
    child.once('close', (code, signal) => {
      done()
      resolve({ code: code ?? signalExitCode(signal), output })
    })
  })
}

/**
 * Runs a command that must succeed; its output is shown only if it does not.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Omit<RunOptions, 'output'>} [options]
 * @returns {Promise<string>} what it printed
 */
export async function runQuietly(command, args, options = {}) {
  const { code, output } = await run(command, args, { ...options, output: 'quiet' })
  if (code !== 0) throw new Error(`${command} ${args[0] ?? ''} failed with ${code}:\n${output}`)
  return output.trim()
}
