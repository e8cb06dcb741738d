/** `npm run soak`: an hour of paper trading with things going wrong, and a verdict. What it does and prints: docs/CONTRIBUTING.md. */
import { randomBytes, randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

import { systemScheduler } from '../../src-main/lib/clock'
import { chanceOf, type Chance } from '../crash/chance'
import { checkLives } from '../crash/check'
import { nothingHeard } from '../crash/life'
import { readOrders } from '../crash/on-record'
import { beside, checkBooks } from '../crash/place'
import { settle } from '../crash/settle'
import { freshDataDir, launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../support/app/launch'
import { countingScheduler, growth, heapMb, leaks, remains, sample, type Sample } from './memory'
import { Operator } from './operator'
import { Trader } from './trader'
import { Weather } from './weather'

const USAGE = `npm run soak -- [--minutes <n>] [--seed <n>]
  --minutes  how long, by default 60; less than 4 is too short to tell
  --seed     draws orders and faults; by default anew`
const MINUTE_MS = 60_000
const SAMPLE_EVERY_MS = 10_000
const LOOK_EVERY_MS = 1_000
/** Everything that is held at the beginning is there by then. */
const WARM_UP_MS = 60_000

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs))

/** Longer than anything that an app which was stopped still has under way may take, ms. */
const UNDER_WAY_MS = 20_000

/** What still runs ends, and what nobody holds is collected: all that was stopped, or as long as that may take. */
async function settleDown(stopped: readonly WeakRef<object>[]): Promise<void> {
  const untilMs = performance.now() + UNDER_WAY_MS
  do {
    await pause(50)
    globalThis.gc?.()
  } while (performance.now() < untilMs && stopped.some((one) => one.deref() !== undefined))
}

/** The app under test, which is stopped and started again. */
class Soak {
  readonly mask = randomBytes(64)
  readonly dataDir = freshDataDir()
  readonly timers = countingScheduler(systemScheduler)
  readonly trader: Trader
  readonly weather: Weather
  readonly faults = new Map<string, number>()
  readonly samples: Sample[] = []
  /** Apps that were stopped; what is still reachable of them was not let go. */
  readonly stopped: WeakRef<object>[] = []
  /** What the heap held each time no app was there, MB. */
  readonly emptyMb: number[] = []
  operator = new Operator([])
  app: TestApp | null = null
  restarts = 0
  storms = 0

  constructor(readonly chance: Chance) {
    this.trader = new Trader(chance)
    this.weather = new Weather(chance)
  }

  async begin(): Promise<void> {
    const app = await this.#launch()
    await setUp(app)
    this.operator = new Operator(app.recoveryKeys)
    this.operator.attend(app)
    await this.operator.allowLoad(app)
    this.app = app
    this.trader.begin(app)
    this.weather.begin()
  }

  /** A second of watching over it. */
  async look(): Promise<void> {
    const { app } = this
    if (app === null) return
    await this.operator.putRight(app)
    for (const { what } of app.logged.splice(0)) this.faults.set(what, (this.faults.get(what) ?? 0) + 1)
    app.notes.length = 0
  }

  /** Something big, one a minute: a storm, a halt, or a restart. */
  async happens(): Promise<void> {
    const what = this.chance.pick(['storm', 'halt', 'restart'] as const)
    if (what === 'storm') {
      this.storms += 1
      this.weather.storm()
    } else if (what === 'halt' && this.app !== null) await this.operator.halt(this.app)
    // Nobody on the way here may hold the app that is stopped.
    else await this.restart()
  }

  async restart(): Promise<void> {
    await this.stop()
    this.app = await this.#launch()
    this.operator.attend(this.app)
    this.trader.begin(this.app)
    this.weather.begin()
    this.restarts += 1
  }

  async stop(): Promise<void> {
    this.weather.end()
    await this.trader.pause()
    await this.look()
    if (this.app === null) return
    await this.app.stop()
    this.stopped.push(new WeakRef(this.app.holdfast))
    this.app = null
    await settleDown(this.stopped)
    this.emptyMb.push(heapMb())
  }

  sample(): Sample {
    const taken = sample(this.timers.pending(), this.trader.tally.placed ?? 0)
    this.samples.push(taken)
    return taken
  }

  /** Everything comes to its end, and is looked at; what is wrong. */
  async verdict(): Promise<string[]> {
    const wrong = await this.#ends()
    await this.stop()
    return [...wrong, ...(await this.#kept())]
  }

  async #ends(): Promise<string[]> {
    if (this.app === null) await this.restart()
    const { app } = this
    this.weather.end()
    await this.trader.pause()
    if (app === null) return ['there is no app']
    await settle(app, 'paper')
    const { verdict, entries } = await app.must('audit.verify', {})
    const wrong = verdict === 'intact' ? [] : [`the audit chain is ${verdict}`]
    const ends = new Map<string, number>()
    await beside(this.dataDir, 'paper', this.mask.toString('hex'), (db) => {
      const orders = readOrders(db)
      for (const { state } of orders) ends.set(state, (ends.get(state) ?? 0) + 1)
      wrong.push(...checkLives(orders, nothingHeard()), ...checkBooks(db, nothingHeard()))
    })
    say(`orders: ${told(ends)}; audit: ${entries} entries, ${verdict}`)
    if ((ends.get('filled') ?? 0) === 0) wrong.push('nothing was filled')
    return wrong
  }

  /** What was stopped is garbage, and no timer of it waits; what is kept all the same. */
  async #kept(): Promise<string[]> {
    await settleDown(this.stopped)
    const kept = this.stopped.filter((one) => one.deref() !== undefined).length
    const waiting = this.timers.pending()
    return [
      ...(kept > 0 ? [`${kept} of ${this.stopped.length} stopped apps are still held`] : []),
      ...(waiting > 0 ? [`${waiting} timers of stopped apps still wait`] : []),
    ]
  }

  async #launch(): Promise<TestApp> {
    return launchApp({ dataDir: this.dataDir, vault: memoryVault(this.mask), scheduler: this.timers.scheduler })
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)]
  if (values.help || !(minutes >= 4) || !Number.isSafeInteger(seed)) {
    say(USAGE)
    return values.help ? 0 : 1
  }
  if (globalThis.gc === undefined) throw new Error('start it with --expose-gc: garbage must be collected before memory is measured')
  say(`seed ${seed}, ${minutes} minutes`)
  const soak = new Soak(chanceOf(seed))
  await soak.begin()
  await run(soak, minutes)
  const wrong = [...(await soak.verdict()), ...leaks(soak.samples), ...remains(soak.emptyMb)]
  say(`faults at the exchange: ${told(Object.entries(soak.weather.seen))}`)
  say(`the operator: ${told(Object.entries(soak.operator.acts))}; storms ${soak.storms}; restarts ${soak.restarts}`)
  for (const [why, times] of soak.operator.refusals) say(`  refused ${times} times: ${why}`)
  for (const [what, times] of soak.faults) say(`  logged ${times} times: ${what}`)
  say(`the heap over the second half: ${growth(soak.samples)}; without an app: ${soak.emptyMb.map((mb) => mb.toFixed(1)).join(' ')} MB`)
  for (const line of wrong) say(`WRONG: ${line}`)
  if (wrong.length === 0) removeDataDir(soak.dataDir)
  say(
    wrong.length === 0
      ? 'passed: memory flat, nothing leaked, every order has one end'
      : `FAILED; kept in ${soak.dataDir}, key ${soak.mask.toString('hex')}`,
  )
  return wrong.length === 0 ? 0 : 1
}

async function run(soak: Soak, minutes: number): Promise<void> {
  const startedMs = performance.now()
  const untilMs = startedMs + minutes * MINUTE_MS
  let nextSampleMs = startedMs + WARM_UP_MS
  let minute = 0
  while (performance.now() < untilMs) {
    await pause(LOOK_EVERY_MS)
    await soak.look()
    const nowMs = performance.now()
    if (nowMs >= nextSampleMs) {
      nextSampleMs = nowMs + SAMPLE_EVERY_MS
      soak.sample()
    }
    if (nowMs - startedMs < (minute + 1) * MINUTE_MS) continue
    minute += 1
    tell(minute, soak)
    // The first is a restart: by then everything was used once.
    await (minute === 1 ? soak.restart() : soak.happens())
  }
}

function tell(minute: number, soak: Soak): void {
  const { tally } = soak.trader
  const last = soak.samples.at(-1) ?? soak.sample()
  const { acts } = soak.operator
  say(
    `${minute} min: ${tally.placed ?? 0} orders, ${tally.filled ?? 0} filled, ${tally.refused ?? 0} refused, ` +
      `halts ${acts.halts}, breakers closed ${acts.breakersClosed}, restarts ${soak.restarts}; ` +
      `heap ${last.heapMb.toFixed(1)} MB, rss ${last.rssMb.toFixed(0)} MB, files ${last.files ?? 'unknown'}, handles ${last.resources}, timers ${last.timers}`,
  )
}

const told = (entries: Iterable<readonly [string, number]>): string => [...entries].map(([what, count]) => `${what} ${count}`).join(', ')

process.exitCode = await main()
