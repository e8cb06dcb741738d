/** `npm run crash`: the long form of the crash test. What it does and prints: docs/CONTRIBUTING.md. */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

import { bundleChild, campaign, type CampaignReport } from './campaign'
import type { CrashVenue } from './lines'

const USAGE = `npm run crash -- [--count <n>] [--venue paper|dex|both] [--seed <n>] [--per-folder <n>]
  --count       instants in all, by default 1000; of both venues, seven in ten are on paper
  --venue       where orders go, by default both
  --seed        draws orders, faults and instants; by default anew
  --per-folder  instants until a fresh data folder, by default 25`
const PAPER_SHARE = 0.7
const EVERY = 25

const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '1000' },
      venue: { type: 'string', default: 'both' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      'per-folder': { type: 'string', default: '25' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const [count, seed, perFolder] = [values.count, values.seed, values['per-folder']].map(whole)
  const isVenue = ['paper', 'dex', 'both'].includes(values.venue)
  if (values.help || count === undefined || seed === undefined || perFolder === undefined || perFolder < 1 || !isVenue) {
    say(USAGE)
    return values.help ? 0 : 1
  }
  say(`seed ${seed}`)
  const onPaper = values.venue === 'both' ? Math.round(count * PAPER_SHARE) : values.venue === 'paper' ? count : 0
  const share: readonly (readonly [CrashVenue, number])[] = [
    ['paper', onPaper],
    ['dex', count - onPaper],
  ]
  const program = await bundleChild()
  let failed = 0
  for (const [venue, instants] of share) {
    if (instants === 0) continue
    const startedMs = performance.now()
    const report = await campaign({
      ...{ program: program.path, venue, count: instants, seed, perFolder },
      onProgress: (so) => {
        if (so.instants % EVERY === 0) say(`${progress(so)} of ${instants}, ${seconds(startedMs)}`)
      },
    })
    say(`${progress(report)}, ${seconds(startedMs)}`)
    tell(report)
    failed += report.failures.length
  }
  program.remove()
  say(failed === 0 ? 'passed: nothing lost, nothing doubled, nothing stuck' : `FAILED: ${failed} folders kept`)
  return failed === 0 ? 0 : 1
}

function whole(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined
}

const seconds = (sinceMs: number): string => `${Math.round((performance.now() - sinceMs) / 1_000)} s`

function progress({ venue, instants, checks, failures }: CampaignReport): string {
  return `${venue}: ${instants} instants, ${checks} checks, ${failures.length} failures`
}

function tell({ venue, at, bare, confirmed, denied, recovered, unstuck, failures }: CampaignReport): void {
  say(`  killed while opening ${at.opening}, while settling ${at.settling}, under load ${at.load}, while one was leaving ${at.leaving}`)
  say(`  orders on record ${recovered.orders}, confirmed to a caller ${confirmed}, refused by a guard ${denied}`)
  say(`  never left ${recovered.neverLeft}, asked after ${recovered.askedAfter}, moved on by the venue ${recovered.movedOn}`)
  if (venue === 'dex') say(`  nonces freed by a cancel on the chain ${unstuck}, folders begun without an allowance ${bare}`)
  for (const { instant, dataDir, wrong } of failures) {
    say(`  FAILED at instant ${instant}, kept in ${dataDir}`)
    for (const line of wrong) say(`    ${line}`)
  }
}

process.exitCode = await main()
