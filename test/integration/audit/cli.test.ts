import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { type AuditCliContext, runAuditCli } from '../../../src-main/audit/cli'
import { err, ok } from '../../../src-main/lib/result'
import { openDatabase } from '../../../src-main/storage/database'
import { fact, Workshop } from './workshop'

let shop: Workshop
let out: string[]
let errors: string[]
let context: AuditCliContext
let closed: number

beforeEach(() => {
  shop = new Workshop()
  out = []
  errors = []
  closed = 0
  context = {
    openForEnvironment: async (environment) => {
      if (environment !== 'paper') return err(`There is no ${environment} environment on this machine.`)
      const opened = openDatabase({ path: shop.path, key: shop.key, readonly: true, nativeBinding: process.env['HOLDFAST_SQLITE_BINDING'] })
      if (!opened.ok) return err(`The database of ${environment} cannot be opened: ${opened.error.message}.`)
      const db = opened.value
      const close = (): void => {
        closed++
        db.close()
      }
      return ok({ db, key: shop.key, anchorPath: shop.anchorPath, close })
    },
    out: (line) => out.push(line),
    err: (line) => errors.push(line),
  }
})
afterEach(() => {
  shop.remove()
})

const run = (...args: string[]): Promise<number> => runAuditCli(args, context)

describe('audit verify', () => {
  it('says that a log is intact, and exits with 0', async () => {
    shop.filled(20)
    expect(await run('verify')).toBe(0)
    expect(out[0]).toMatch(/^The audit log of paper is intact: 20 entries checked in [\d.]+ s\.$/)
    expect(out[2]).toBe('The external anchor attests entry 20; 0 entries were written after it.')
    expect(errors).toEqual([])
    expect(closed).toBe(1)
  })

  it('names every break, and exits with 1', async () => {
    shop.filled(20).tamper((db) => {
      db.exec(`UPDATE audit_entries SET body = replace(body, '.5', '.6') WHERE seq = 5`)
      db.exec('DELETE FROM audit_entries WHERE seq IN (10, 11)')
      db.exec('DELETE FROM audit_entries WHERE seq > 18')
    })
    expect(await run('verify', '--environment', 'paper')).toBe(1)
    expect(out[0]).toMatch(/BROKEN: 3 findings/)
    expect(out.slice(3)).toEqual([
      '  EDITED  entry 5: its text is not what was hashed',
      '  DELETED  entries 10 to 11: the entries are missing',
      '  TRUNCATED  entries 19 to 20: the anchor attests entries up to 20, the chain ends at 18',
    ])
  })

  it('names a sealed break, with when and by whom, and exits with 0; one more change, and it exits with 1', async () => {
    shop.filled(20).tamper((db) => db.exec(`UPDATE audit_entries SET body = replace(body, '.5', '.6') WHERE seq = 17`))
    const log = shop.log()
    await log.seal({ breaks: (await log.verify()).breaks, by: ['Ada', 'Grace'], reason: 'a bad disk' })
    expect(await run('verify')).toBe(0)
    expect(out[0]).toMatch(
      /^The audit log of paper is verified, with 1 sealed break: entry 17, sealed on 2023-11-14T22:13:20\.000Z by Ada and Grace, at entry 21; 21 entries checked in [\d.]+ s\.$/,
    )
    expect(out[3]).toMatch(/^ {2}SEALED EDITED {2}entry 17, sealed on .*; a bad disk: its text is not what was hashed$/)
    out.length = 0
    shop.tamper((db) => db.exec(`UPDATE audit_entries SET body = replace(body, '.5', '.6') WHERE seq = 3`))
    expect(await run('verify')).toBe(1)
    expect(out[0]).toMatch(/BROKEN: 1 findings besides 1 sealed before in 21 entries, checked in/)
    expect(out.slice(3).map((line) => line.slice(0, 20))).toEqual(['  EDITED  entry 3: i', '  SEALED EDITED  ent'])
  })

  it('gives the report as JSON', async () => {
    shop.filled(20)
    rmSync(shop.anchorPath)
    expect(await run('verify', '--json')).toBe(1)
    expect(out).toHaveLength(1)
    expect(JSON.parse(out[0]!)).toMatchObject({
      environment: 'paper',
      verdict: 'broken',
      entries: 20,
      breaks: [{ kind: 'ANCHOR_MISSING' }],
    })
  })

  it('works beside the app that is writing', async () => {
    const log = shop.log()
    for (let n = 1; n <= 20; n++) log.append(fact(n))
    expect(await run('verify')).toBe(0)
    expect(out[2]).toBe('The external anchor attests entry 0; 20 entries were written after it.')
  })

  it('exits with 2 and a sentence when it cannot be opened', async () => {
    expect(await run('verify', '--environment', 'live')).toBe(2)
    expect(errors).toEqual(['There is no live environment on this machine.'])
    writeFileSync(shop.path, 'not a database'.repeat(500))
    expect(await run('verify')).toBe(2)
    expect(errors[1]).toMatch(/^The database of paper cannot be opened: the key does not fit/)
  })

  it('exits with 2 when there is no log yet', async () => {
    shop.db.close()
    expect(await run('verify')).toBe(2)
    expect(errors).toEqual(['The paper environment has no audit log yet.'])
    expect(closed).toBe(1)
    Object.assign(shop, { opened: null })
  })

  it('calls a log without identity broken', async () => {
    shop.filled(5)
    shop.db.exec('DELETE FROM audit_meta')
    expect(await run('verify')).toBe(1)
  })
})

describe('audit show', () => {
  it('shows the newest entries, the newest last', async () => {
    shop.filled(30)
    expect(await run('show', '--last', '3')).toBe(0)
    expect(out).toHaveLength(3)
    expect(out[2]).toMatch(/^30 {2}2023-11-14T22:13:20\.000Z {2}info {2}TRADE_EXECUTION {2}OrderSubmitted order-30 {2}by operator {2}\{/)
  })

  it('restricts by type and severity', async () => {
    shop.filled(30)
    expect(await run('show', '--type', 'OrderFilled', '--severity', 'info', 'critical', '--last', '999')).toBe(0)
    expect(out).toHaveLength(15)
    out.length = 0
    expect(await run('show', '--severity', 'critical')).toBe(0)
    expect(out).toEqual(['No entries.'])
  })
})

describe('audit export', () => {
  it('writes a private file', async () => {
    shop.filled(30)
    const file = join(shop.folder, 'out.jsonl')
    expect(await run('export', '--out', file, '--type', 'OrderFilled', '--since', '2023-01-01', '--until', '2030-01-01')).toBe(0)
    expect(out).toEqual([`Wrote 15 entries to ${file}.`])
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(17)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('overwrites nothing', async () => {
    shop.filled(3)
    const file = join(shop.folder, 'out.jsonl')
    writeFileSync(file, 'precious')
    expect(await run('export', '--out', file)).toBe(2)
    expect(errors[0]).toMatch(/^The export could not be written: EEXIST/)
    expect(readFileSync(file, 'utf8')).toBe('precious')
    expect(await run('export', '--out', join(shop.folder, 'none', 'out.jsonl'))).toBe(2)
    expect(existsSync(join(shop.folder, 'none'))).toBe(false)
  })
})

describe('what is not understood', () => {
  it.each([
    [['verify', '--environment', 'moon']],
    [['show', '--last', '0']],
    [['show', '--last', 'many']],
    [['export']],
    [['export', '--out', 'x', '--since', 'yesterday']],
    [['destroy']],
    [[]],
  ])('%j exits with 2 and says why', async (args) => {
    expect(await run(...args)).toBe(2)
    expect(errors.join('\n')).not.toBe('')
  })

  it('help exits with 0', async () => {
    expect(await run('--help')).toBe(0)
    expect(out.join('\n')).toContain('verify')
    expect(await run('verify', '--help')).toBe(0)
  })
})
