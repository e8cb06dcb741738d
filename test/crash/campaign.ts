import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { removeDataDir } from '../support/app/launch'
import { bundle, type Bundle } from '../support/bundle'
import { chanceOf, type Chance } from './chance'
import { checkLives } from './check'
import { dexPlace } from './dex-place'
import { Life, nothingHeard, type Heard } from './life'
import type { CrashVenue } from './lines'
import { beside, paperPlace, type Place, type Recovered } from './place'
import { readOrders } from './on-record'

/** How long anything may take before it counts as stuck, ms. */
const PATIENCE_MS = 60_000
/** The busy time over which instants are drawn, ms. */
const BUSY_MS = { paper: 400, dex: 1_500 } as const
/** Of so many instants one lies in the opening, and one where the last life is settled. */
const OPENING_ONE_IN = 8
const SETTLING_ONE_IN = 8
/** Of so many folders on a chain one begins without an allowance. */
const BARE_ONE_IN = 3
/** Under load one in so many follows an order that is about to leave, within this time: where what happened is hardest to tell, ms. */
const LEAVING_ONE_IN = 3
const LEAVING_MS = 20

/** After so many folders in which something went wrong there is enough to look at. */
const MOST_FAILURES = 5

/** What to do. */
export interface CampaignOptions {
  /** The bundled child.ts. */
  readonly program: string
  readonly venue: CrashVenue
  /** Instants in all. */
  readonly count: number
  readonly seed: number
  /** Instants until a fresh data folder. */
  readonly perFolder: number
  /** Whether folders on a chain begin without an allowance; drawn for each where it is left out. */
  readonly bare?: boolean
  readonly onProgress?: (report: CampaignReport) => void
}

/** What went wrong in one folder, which is kept. */
export interface CampaignFailure {
  readonly instant: number
  readonly dataDir: string
  readonly wrong: readonly string[]
}

/** What came of it. */
export interface CampaignReport {
  readonly venue: CrashVenue
  readonly seed: number
  instants: number
  checks: number
  readonly at: { opening: number; settling: number; load: number; leaving: number }
  /** Orders of which a caller was told that they were taken. */
  confirmed: number
  denied: number
  /** Folders on a chain that began without an allowance. */
  bare: number
  /** Nonces that a person freed by a cancel on the chain. */
  unstuck: number
  readonly recovered: { -readonly [K in keyof Recovered]: number }
  readonly failures: CampaignFailure[]
}

/** The program of a life, bundled. */
export const bundleChild = (): Promise<Bundle> => bundle(join(import.meta.dirname, 'child.ts'))

/**
 * Kills the app at random instants, in lives one after another on the same data folder, and compares after each what is on record, what was told and
 * what the venue really holds (product row B2). The seed draws orders, faults and instants; what runs at an instant is the machine's affair.
 */
export async function campaign({
  program,
  venue,
  count,
  seed,
  perFolder,
  bare,
  onProgress = () => undefined,
}: CampaignOptions): Promise<CampaignReport> {
  const chance = chanceOf(seed)
  const report: CampaignReport = {
    venue,
    seed,
    instants: 0,
    checks: 0,
    at: { opening: 0, settling: 0, load: 0, leaving: 0 },
    confirmed: 0,
    denied: 0,
    bare: 0,
    unstuck: 0,
    recovered: { orders: 0, neverLeft: 0, askedAfter: 0, movedOn: 0 },
    failures: [],
  }
  while (report.instants < count && report.failures.length < MOST_FAILURES) {
    const until = Math.min(count, report.instants + perFolder)
    await new Folder(venue, program, chance, report, bare, () => onProgress(report)).run(until)
  }
  return report
}

/** Many lives on one data folder. */
class Folder {
  #heard: Heard = nothingHeard()
  #next: Life
  #openingMs = 150
  #settlingMs = 150

  constructor(
    private readonly venue: CrashVenue,
    private readonly program: string,
    private readonly chance: Chance,
    private readonly report: CampaignReport,
    private readonly bare: boolean | undefined,
    private readonly onInstant: () => void,
  ) {
    this.#next = this.#born()
  }

  async run(until: number): Promise<void> {
    const { report } = this
    const place = await this.#place()
    const wrong: string[] = []
    try {
      while (report.instants < until && wrong.length === 0) wrong.push(...(await this.#live(place, true)))
      if (wrong.length === 0) wrong.push(...(await this.#live(place, false)))
      if (wrong.length === 0 && this.#heard.confirmed.size === 0) wrong.push('nothing was traded')
      const recovered = await place.recovered()
      for (const key of ['orders', 'neverLeft', 'askedAfter', 'movedOn'] as const) report.recovered[key] += recovered[key]
    } catch (thrown) {
      wrong.push(`STUCK: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`)
    } finally {
      await this.#next.kill().catch(() => undefined)
      await place.end()
    }
    report.confirmed += this.#heard.confirmed.size
    report.denied += this.#heard.denied
    const { dataDir, mask } = place.open
    if (wrong.length === 0) {
      removeDataDir(dataDir)
      return
    }
    report.failures.push({ instant: report.instants, dataDir, wrong })
    // Whoever looks needs the key; it guards nothing but this folder.
    writeFileSync(
      join(dataDir, '..', 'crash.json'),
      `${JSON.stringify({ seed: report.seed, instant: report.instants, mask, wrong }, null, 2)}\n`,
    )
  }

  async #place(): Promise<Place> {
    const { chance, report, venue } = this
    if (venue === 'paper') return paperPlace()
    const isBare = this.bare ?? chance.once(BARE_ONE_IN)
    if (isBare) report.bare += 1
    return dexPlace(isBare)
  }

  /** One life: opened, checked, loaded and killed at an instant that may come at any of these. Gives what is wrong. */
  async #live(place: Place, dies: boolean): Promise<readonly string[]> {
    const { chance, report } = this
    const life = this.#next
    await life.says('ready', PATIENCE_MS)
    // The next one is made while this one lives: what it loads is none of what is under test.
    this.#next = this.#born()
    try {
      place.hurry(true)
      life.ask(place.open)
      const openedAtMs = performance.now()
      if (dies && chance.once(OPENING_ONE_IN)) return await this.#kill(life, 'opening', this.#openingMs)
      await life.says('opened', PATIENCE_MS)
      const settlingAtMs = performance.now()
      this.#openingMs = settlingAtMs - openedAtMs
      if (dies && chance.once(SETTLING_ONE_IN)) return await this.#kill(life, 'settling', this.#settlingMs)
      const { verdict, probe, unstuck, faults } = await life.says('settled', PATIENCE_MS)
      this.#settlingMs = performance.now() - settlingAtMs
      report.checks += 1
      report.unstuck += unstuck
      this.#heard.confirmed.add(probe)
      const { dataDir, mask } = place.open
      const environment = this.venue === 'paper' ? 'paper' : 'testnet'
      const wrong = [
        ...(verdict === 'intact' ? [] : [`AUDIT: the chain is ${verdict}`]),
        ...faults.map((fault) => `FAULT: ${fault}`),
        ...(await beside(dataDir, environment, mask, (db) => checkLives(readOrders(db), this.#heard))),
        ...(await place.check(this.#heard)),
      ]
      if (wrong.length > 0 || !dies) return wrong
      place.hurry(false)
      life.ask({ do: 'load', seed: chance.below(2 ** 20) })
      await life.says('loading', PATIENCE_MS)
      if (!chance.once(LEAVING_ONE_IN)) return await this.#kill(life, 'load', BUSY_MS[this.venue])
      await reach(this.#drawn(BUSY_MS[this.venue]))
      await life.leaving(BUSY_MS[this.venue])
      return await this.#kill(life, 'leaving', LEAVING_MS)
    } finally {
      await life.kill().catch(() => undefined)
    }
  }

  async #kill(life: Life, at: keyof CampaignReport['at'], withinMs: number): Promise<readonly string[]> {
    await reach(this.#drawn(withinMs))
    await life.kill()
    this.report.instants += 1
    this.report.at[at] += 1
    this.onInstant()
    return life.failure === null ? [] : [`FAULT: ${life.failure}`]
  }

  /** An instant of the time that begins now. */
  #drawn(withinMs: number): number {
    return performance.now() + (withinMs * this.chance.below(2 ** 20)) / 2 ** 20
  }

  #born(): Life {
    return new Life(this.program, () => this.#heard)
  }
}

/** Waits for an instant more exactly than a timer can. */
async function reach(atMs: number): Promise<void> {
  const inMs = Math.floor(atMs - performance.now())
  if (inMs > 0) await new Promise((resolve) => setTimeout(resolve, inMs))
  while (performance.now() < atMs);
}
