import { fork } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { BenchResult } from './lib/bench'

/**
 * `npm run bench -- [name …]`: runs the named benches, or all. One JSON line a figure on the standard output; what is aimed at, and
 * whether it was reached, on the error output. The exit code only says whether every bench ran to its end.
 */
const folder = fileURLToPath(new URL('.', import.meta.url))
const RUN_ONE = join(folder, 'lib', 'run-one.ts')
// Its own, because tsx would take the path mappings of the project's configuration, which name type declarations, for code.
const TSX_CONFIG = join(folder, '..', '..', 'build', 'tsx.config.json')

const available = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== basename(fileURLToPath(import.meta.url)))
  .map((file) => basename(file, '.ts'))
  .sort()

function runBench(name: string): Promise<BenchResult[]> {
  return new Promise((resolve, reject) => {
    const child = fork(RUN_ONE, [join(folder, `${name}.ts`)], {
      execArgv: ['--import', 'tsx', '--expose-gc'],
      env: { ...process.env, TSX_TSCONFIG_PATH: TSX_CONFIG },
      // Whatever a bench prints goes to the error output: the standard output holds figures only.
      stdio: ['ignore', 2, 2, 'ipc'],
    })
    let results: BenchResult[] | null = null
    child.on('message', (message) => {
      results = message as BenchResult[]
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (results !== null && code === 0) resolve(results)
      else reject(new Error(`it ended with ${signal ?? `exit code ${String(code)}`}`))
    })
  })
}

function report({ target, ...figure }: BenchResult): void {
  process.stdout.write(`${JSON.stringify(figure)}\n`)
  if (target === undefined) return
  const { of, atLeast, atMost } = target
  const actual = figure[of]
  const met = actual >= (atLeast ?? -Infinity) && actual <= (atMost ?? Infinity)
  const aim = [atLeast === undefined ? '' : `at least ${atLeast}`, atMost === undefined ? '' : `at most ${atMost}`].join(' ').trim()
  process.stderr.write(`${met ? 'met    ' : 'NOT MET'}  ${figure.name}: ${of} ${actual.toPrecision(3)}, target ${aim}\n`)
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !available.includes(name))
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}. There are: ${available.join(', ')}.\n`)
  process.exitCode = 1
} else {
  for (const name of asked.length > 0 ? asked : available) {
    try {
      for (const figure of await runBench(name)) report(figure)
    } catch (thrown) {
      process.stderr.write(`FAILED   ${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
      process.exitCode = 1
    }
  }
}
