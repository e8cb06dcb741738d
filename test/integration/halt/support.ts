import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

import { KillSwitch } from '../../../src-main/engine/halt/kill-switch'
import { initialise } from '../../../src-main/engine/halt/set-up'
import { systemClock } from '../../../src-main/lib/clock'

const random = { bytes: (length: number) => randomBytes(length), uuid: () => randomUUID() }
const CHILD = [process.execPath, '--import', 'tsx', join(import.meta.dirname, 'child.ts')]

/** An empty data folder that goes away with the test. */
export function emptyFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-halt-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A data folder in which paper trading is armed. */
export function armedFolder(): string {
  const folder = emptyFolder()
  const made = initialise(folder, 'paper', random, Date.now())
  if (!made.ok) throw new Error(made.error.detail)
  return folder
}

/** What a start of the app finds. */
export function restart(dataDir: string): KillSwitch {
  return new KillSwitch({ dataDir, environment: 'paper', clock: systemClock, random, env: {}, ports: { onChange: () => undefined } })
}

/** A process that is under way. */
export interface Child {
  /** Resolves with the rest of the next line that begins with `word`; rejects when the process ends without one. */
  line(word: string): Promise<string>
  /** Every line so far. */
  readonly lines: readonly string[]
  /** Lets it go on from where it waits for a line. */
  proceed(): void
  signal(name: NodeJS.Signals): void
  /** Kills it, the hard way, and resolves when it is gone. */
  kill9(): Promise<void>
  readonly ended: Promise<void>
}

/** Starts `child.ts` in a role. `before` runs first, by a shell in a mount namespace of its own. */
export function start(role: string, dataDir: string, args: readonly string[] = [], before?: string): Child {
  const command = [...CHILD, role, dataDir, ...args]
  const wrapped = before === undefined ? command : [...namespace(), 'sh', '-c', `${before} && exec "$@"`, 'sh', ...command]
  const child = spawn(wrapped[0] ?? '', wrapped.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] })
  return follow(child)
}

/** How to get a mount namespace of one's own here, as root or as an ordinary user. */
function namespace(): readonly string[] {
  return ['unshare', ...(process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'])]
}

/** Whether file systems can be mounted here at all. */
export const canMount = spawnSync('sh', ['-c', `${namespace().join(' ')} mount -t tmpfs -o size=64k none /mnt`]).status === 0

function follow(child: ChildProcessWithoutNullStreams): Child {
  const lines: string[] = []
  const waiting: { word: string; resolve: (rest: string) => void; reject: (error: Error) => void }[] = []
  let read = 0
  let hasEnded = false
  let stderr = ''
  const serve = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const found = lines.findIndex((line, index) => index >= read && `${line} `.startsWith(`${next.word} `))
      if (found >= 0) {
        read = found + 1
        next.resolve(lines[found]?.slice(next.word.length + 1) ?? '')
      } else if (hasEnded) next.reject(new Error(`the process ended without "${next.word}": ${lines.join(' | ')} ${stderr}`))
      else return
      waiting.shift()
    }
  }
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    serve()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  child.stdin.on('error', () => undefined)
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => {
      hasEnded = true
      serve()
      resolve()
    })
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return {
    lines,
    ended,
    line: (word) =>
      new Promise((resolve, reject) => {
        waiting.push({ word, resolve, reject })
        serve()
      }),
    proceed: () => void child.stdin.write('\n'),
    signal: (name) => void child.kill(name),
    async kill9() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
