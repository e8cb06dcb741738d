import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from '@playwright/test'
import { openRaw, readDatabaseKey } from './harness/database.js'
import { electronExecutable, launchHoldfast, profileOf, projectRoot, type RunningHoldfast } from './harness/launch.js'
import { setUpByHand } from './harness/people.js'

// `holdfast audit …` from a terminal, on the log of a real session: beside the running app, after it, and after somebody with the key changed it.
test.describe.configure({ mode: 'serial' })

let dataDir: string
let running: RunningHoldfast
let key: Buffer

test.beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'holdfast-audit-'))
  running = await launchHoldfast({ dataDir })
  const { page } = running
  await setUpByHand(running)
  key = await readDatabaseKey(running)
  await page.getByRole('button', { name: /^Review buy of/ }).click()
  await page.getByRole('button', { name: 'Place order' }).click()
  await expect(page.getByRole('dialog').getByText('Filled', { exact: true }).first()).toBeVisible()
  await page.keyboard.press('Escape')
})
test.afterAll(async () => {
  await running.close()
  for (const folder of [dataDir, profileOf(dataDir), terminalProfile(dataDir)])
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

const terminalProfile = (folder: string): string => `${folder}-terminal`

/** What a person types into a terminal while the app may be running. */
async function audit(folder: string, ...args: readonly string[]): Promise<Said> {
  const switches = ['--password-store=gnome-libsecret', '--log-level=3', `--user-data-dir=${terminalProfile(folder)}`]
  return new Promise((resolve) => {
    const options = { env: { ...process.env, HOLDFAST_DATA_DIR: folder } }
    execFile(electronExecutable(), [...switches, projectRoot, 'audit', ...args], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })
}

/** Changes a copy of the log as somebody would who has its key: past the triggers that keep our own code honest, leaving no trace of that. */
async function afterTampering(change: string, check: (said: Said) => void): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'holdfast-tampered-'))
  try {
    cpSync(dataDir, copy, { recursive: true })
    tamper(copy, change)
    check(await audit(copy, 'verify'))
  } finally {
    for (const folder of [copy, terminalProfile(copy)]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

function tamper(folder: string, change: string): void {
  const db = openRaw(join(folder, 'paper', 'holdfast.db'), key)
  try {
    const triggers = db.prepare("select name, sql from sqlite_schema where type = 'trigger' and tbl_name = 'audit_entries'").all() as {
      name: string
      sql: string
    }[]
    expect(triggers.length).toBeGreaterThan(0)
    for (const { name } of triggers) db.exec(`drop trigger ${name}`)
    db.exec(change)
    for (const { sql } of triggers) db.exec(sql)
  } finally {
    db.close()
  }
}

test('X6: a clean log is verified beside the running app', async () => {
  const { code, out } = await audit(dataDir, 'verify', '--json')
  expect(code).toBe(0)
  const report = JSON.parse(out) as { verdict: string; environment: string; entries: number; breaks: unknown[]; anchorSeq: number }
  expect(report).toMatchObject({ verdict: 'intact', environment: 'paper', breaks: [] })
  expect(report.entries).toBeGreaterThan(10)
  expect(report.anchorSeq).toBeGreaterThan(0)
  // The window counts the same entries.
  const { page } = running
  await page.keyboard.press('Alt+6')
  await page.getByRole('button', { name: 'Verify the chain' }).click()
  const shown = await page.getByText(/^\d+ entries, verified/).innerText()
  expect(Number.parseInt(shown, 10)).toBeGreaterThanOrEqual(report.entries)
})

test('C13 X6: after the app has ended: verified, shown, exported', async () => {
  await running.close()
  const verified = await audit(dataDir, 'verify')
  expect(verified.code).toBe(0)
  expect(verified.out).toMatch(/^The audit log of paper is intact: \d+ entries checked/)

  const shown = await audit(dataDir, 'show', '--last', '3', '--type', 'OrderFilled')
  expect(shown.code).toBe(0)
  expect(shown.out).toMatch(/TRADE_EXECUTION {2}OrderFilled/)

  const file = `${dataDir}-terminal/export.jsonl`
  const exported = await audit(dataDir, 'export', '--out', file, '--severity', 'high', 'critical')
  expect(exported.code).toBe(0)
  expect(readFileSync(file, 'utf8')).toContain('TradingArmed')
  const again = await audit(dataDir, 'export', '--out', file)
  expect(again.code, 'nothing is overwritten').toBe(2)
})

test('X6: what cannot be read or understood is neither clean nor broken', async () => {
  const nowhere = await audit(dataDir, 'verify', '--environment', 'testnet')
  expect(nowhere.code).toBe(2)
  expect(nowhere.err).toContain('There is no testnet audit log in')
  expect(existsSync(join(dataDir, 'testnet'))).toBe(false)
  const unknown = await audit(dataDir, 'forget')
  expect(unknown.code).toBe(2)
})

test('X6: an entry that was changed is named', async () => {
  await afterTampering("update audit_entries set body = replace(body, 'operator', 'operater') where seq = 5", ({ code, out }) => {
    expect(code).toBe(1)
    expect(out).toMatch(/^The audit log of paper is BROKEN/)
    expect(out).toMatch(/EDITED {2}entry 5:/)
  })
})

test('X6: entries that are missing at the end are named, as the anchor attests them', async () => {
  await afterTampering('delete from audit_entries where seq > (select max(seq) - 3 from audit_entries)', ({ code, out }) => {
    expect(code).toBe(1)
    expect(out).toMatch(/TRUNCATED {2}entries \d+ to \d+: the anchor attests entries up to \d+, the chain ends at \d+/)
  })
})

test('X6: a change under the running app is found from the terminal and in the window', async () => {
  running = await launchHoldfast({ dataDir })
  const { page } = running
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Audit' }).click()
  tamper(dataDir, 'delete from audit_entries where seq = 6')
  const { code, out } = await audit(dataDir, 'verify')
  expect(code).toBe(1)
  expect(out).toMatch(/DELETED {2}entry 6:/)
  await page.getByRole('button', { name: 'Verify the chain' }).click()
  const chain = page.getByRole('region', { name: 'Chain status' })
  await expect(chain).toContainText('Broken')
  await expect(chain.getByRole('alert')).toContainText('Do not trust entries from the first break on.')
  await expect(chain.getByRole('button', { name: '#6' })).toBeVisible()
})
