import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { decimal, ZERO, type Decimal } from '../../../src-main/lib/decimal'
import { openPaperOn } from './paper-sqlite'

const TRADER = fileURLToPath(new URL('paper-trader.ts', import.meta.url))
/** tsx takes the path mappings of the project's own configuration, which name type declarations, for code. */
const TSX_CONFIG = fileURLToPath(new URL('../../../build/tsx.config.json', import.meta.url))
const KEY_HEX = '07'.repeat(32)
const ROUNDS = 4

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-paper-'))
  path = join(folder, 'paper.db')
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Lets a process trade, kills it in the middle of it, and returns what it had been told. */
function tradeAndKill(round: number, afterLines: number): Promise<readonly string[][]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', TRADER, path, KEY_HEX, String(round)], {
      env: { ...process.env, TSX_TSCONFIG_PATH: TSX_CONFIG },
    })
    let text = ''
    let problem = ''
    child.stderr.on('data', (chunk: Buffer) => (problem += chunk.toString()))
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.split('\n').length > afterLines) child.kill('SIGKILL')
    })
    child.on('close', (_code, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(`the trader ended by itself: ${problem}`))
      // The last line may be cut off.
      else
        resolve(
          text
            .split('\n')
            .slice(0, -1)
            .map((line) => line.split(' ')),
        )
    })
  })
}

describe('the paper venue on encrypted SQLite', () => {
  it('kill -9 while trading: everything that was told is there, the books balance, and it trades on', async () => {
    const told: string[][] = []
    for (let round = 1; round <= ROUNDS; round++) {
      told.push(...(await tradeAndKill(round, 40 + 37 * round)))

      // Opening recomputes all balances from the orders, and refuses what does not add up.
      const { venue, db } = openPaperOn(path, KEY_HEX)
      const filled = new Map<string, Decimal>()
      for (const [what, id = '', detail = '', remaining = ''] of told) {
        const found = await venue.orders.find(id)
        if (!found.ok) throw new Error(found.error.detail)
        const status = found.value
        if (what === 'placed') expect(status?.state === 'rejected').toBe(detail === 'rejected')
        if (what === 'accepted') expect(status).not.toBeNull()
        if (what === 'cancel' && detail === 'canceled') expect(status).toMatchObject({ state: 'canceled' })
        if (what !== 'fill') continue
        const total = decimal(detail).add(filled.get(id) ?? ZERO)
        filled.set(id, total)
        expect(status!.filledBase.gte(total)).toBe(true)
        if (remaining === '0') expect(status!.state).toBe('filled')
      }
      expect(filled.size).toBeGreaterThan(0)
      venue.stop()
      db.close()
    }
  })

  it('opens again after a clean stop with the same market, orders and money', async () => {
    const first = openPaperOn(path, KEY_HEX)
    const request = {
      clientOrderId: 'resting',
      instrument: 'BTC-USD',
      side: 'buy',
      type: 'limit',
      timeInForce: 'gtc',
      baseAmount: decimal('0.5'),
      limitPrice: decimal('30000'),
    } as const
    expect(await first.venue.placer.place({ kind: 'venue-order', request }, () => null)).toMatchObject({ kind: 'accepted' })
    const balances = await first.venue.reader.balances('paper-main')
    if (!balances.ok) throw new Error(balances.error.detail)
    first.venue.stop()
    first.db.close()

    const again = openPaperOn(path, KEY_HEX)
    expect(await again.venue.orders.open()).toEqual({ ok: true, value: ['resting'] })
    const after = await again.venue.reader.balances('paper-main')
    if (!after.ok) throw new Error(after.error.detail)
    expect(after.value.map(({ asset, free, held }) => [asset, free, held])).toEqual(
      balances.value.map(({ asset, free, held }) => [asset, free, held]),
    )
    // The price is where the market is by now, around where it was.
    expect(after.value[2]!.usd!.div(balances.value[2]!.usd!).sub(1).abs().lt('0.01')).toBe(true)
    again.venue.stop()
    again.db.close()
  })

  it('refuses state that somebody changed, and leaves it as it is', async () => {
    const first = openPaperOn(path, KEY_HEX)
    first.venue.stop()
    const changed = `UPDATE paper_state SET json = replace(json, '"free":"10000000000000"', '"free":"90000000000000"') WHERE key = 'head'`
    expect(first.db.prepare(changed).run().changes).toBe(1)
    const rows = first.db.prepare('SELECT * FROM paper_state').all()
    first.db.close()
    expect(() => openPaperOn(path, KEY_HEX)).toThrow('CORRUPT_STATE')
    expect(() => openPaperOn(path, KEY_HEX)).toThrow('balance of USD')
    expect(rows).toHaveLength(1)
  })
})
