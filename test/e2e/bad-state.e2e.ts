import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

import { expect, test, type Page } from '@playwright/test'
import { openRaw, readDatabaseKey, Sqlite } from './harness/database.js'
import { expectAccessible, expectNothingCut, picture, settle } from './harness/inspect.js'
import { electronExecutable, launchHoldfast, profileOf, type RunningHoldfast } from './harness/launch.js'
import { setUpByHand } from './harness/people.js'

// Starts on a data folder in which something is wrong: the window says what happened and what to do, nothing is overwritten, and HALT works.

/** A data folder that was set up, and its key: the start of every case. */
let sound: string
let key: Buffer

test.beforeAll(async () => {
  sound = mkdtempSync(join(tmpdir(), 'holdfast-sound-'))
  const running = await launchHoldfast({ dataDir: sound })
  await setUpByHand(running)
  await expect(running.page.locator('#review-why')).toContainText('All 12 guards pass')
  key = await readDatabaseKey(running)
  await running.close()
})
test.afterAll(() => {
  for (const folder of [sound, profileOf(sound)]) rmSync(folder, { recursive: true, force: true })
})

const database = (dataDir: string): string => join(dataDir, 'paper', 'holdfast.db')
const keyFile = (dataDir: string): string => join(dataDir, 'paper', 'db.key')
const lease = (dataDir: string): string => join(dataDir, 'machine.lease')

/** What each file of the paper environment holds, but for the two by which a halt is kept. */
function contents(dataDir: string): Readonly<Record<string, string>> {
  const folder = join(dataDir, 'paper')
  const files = readdirSync(folder).filter((name) => !['trading.lease', 'halt.json'].includes(name))
  const hash = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex')
  return Object.fromEntries(files.map((name) => [name, hash(name)]))
}

interface Case {
  readonly dataDir: string
  readonly page: Page
  readonly running: RunningHoldfast
}

/** Breaks a copy of the sound folder, starts the app on it and looks. What cannot be opened must be left as it was. */
async function startOn(breakIt: (dataDir: string) => void, look: (started: Case) => Promise<void>, opens = false): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-bad-'))
  try {
    copyOfSound(dataDir)
    breakIt(dataDir)
    const before = contents(dataDir)
    const running = await launchHoldfast({ dataDir })
    try {
      await look({ dataDir, page: running.page, running })
    } finally {
      await running.close()
    }
    if (!opens) expect(contents(dataDir), 'no file was changed, made or removed').toEqual(before)
  } finally {
    for (const folder of [dataDir, profileOf(dataDir)]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Keeps owners and modes: a folder that others can enter is not one that Holdfast trusts. */
function copyOfSound(dataDir: string): void {
  execFileSync('cp', ['-a', `${sound}/.`, dataDir])
}

/** The window says that the environment could not be opened, why, and what now; nothing on it could be mistaken for working. */
async function expectRefusal({ page, dataDir }: Case, what: string | RegExp, now: string | RegExp): Promise<void> {
  const refusal = page.getByRole('alert').filter({ has: page.getByRole('heading', { name: 'could not be opened' }) })
  await expect(refusal).toBeVisible()
  await expect(refusal).toContainText(what)
  await expect(refusal).toContainText(now)
  await expect(page.getByRole('navigation', { name: 'Screens' })).toHaveCount(0)
  await expectHaltWorks(page, dataDir)
}

/** What this app watches halts it before anybody has to; the ticket says why, and no order can be reviewed. */
async function expectHaltedByItself(page: Page, dataDir: string): Promise<void> {
  await expect(page.getByRole('region', { name: 'Halt' })).toContainText('an automatic trigger')
  await page.getByRole('textbox', { name: 'Amount' }).fill('100')
  await expect(page.locator('#review-why')).toHaveText(/^Kill switch:/)
  await expect(page.getByRole('button', { name: /^Review buy/ })).toBeDisabled()
  expect(existsSync(lease(dataDir)), 'what permitted to trade is gone').toBe(false)
}

async function expectHaltWorks(page: Page, dataDir: string): Promise<void> {
  expect(existsSync(lease(dataDir))).toBe(true)
  await page.getByRole('button', { name: 'Halt all trading' }).click()
  await expect(page.getByText(/^Halted .* by the halt button/).first()).toBeVisible()
  expect(existsSync(lease(dataDir))).toBe(false)
}

test('X10: another file in the place of the database', async () => {
  await startOn(
    (dataDir) => writeFileSync(database(dataDir), randomBytes(64 * 1024)),
    async (started) => {
      await expectRefusal(started, 'The record of this environment does not open with this machine’s key.', 'put the matching one back')
      await settle(started.page)
      await expectNothingCut(started.page, 'failed')
      await expectAccessible(started.page, 'failed')
      await picture(started.page, 'failed-wrong-key')
    },
  )
})

test('X10: an empty file in the place of the database', async () => {
  await startOn(
    (dataDir) => truncateSync(database(dataDir)),
    (started) => expectRefusal(started, 'The record of this environment does not open', 'try again'),
  )
})

test('X10: a database of another program, not encrypted', async () => {
  await startOn(
    (dataDir) => {
      rmSync(database(dataDir))
      const db = new Sqlite(database(dataDir))
      db.exec('create table theirs (text text)')
      db.close()
    },
    (started) => expectRefusal(started, 'The record of this environment does not open', 'try again'),
  )
})

test('X10: a database of another program under our key', async () => {
  await startOn(
    (dataDir) => {
      rmSync(database(dataDir))
      const db = openRaw(database(dataDir), key)
      db.exec('create table theirs (text text)')
      db.close()
    },
    (started) => expectRefusal(started, 'belongs to another program or environment', 'Move that file away or put the right one back'),
  )
})

test('X10: a database of a newer version', async () => {
  await startOn(
    (dataDir) => {
      const db = openRaw(database(dataDir), key)
      db.pragma('user_version = 9999')
      db.close()
    },
    (started) => expectRefusal(started, 'The record was written by a newer Holdfast.', 'Install the newer version.'),
  )
})

test('X10: a database with damaged pages', async () => {
  await startOn(
    (dataDir) => {
      const bytes = readFileSync(database(dataDir))
      // Not the first pages, so that the key fits and the tables are found.
      for (let at = Math.floor(bytes.length / 4096) * 2048; at < bytes.length; at += 2048) bytes[at + 100] = (bytes[at + 100] ?? 0) ^ 0xff
      writeFileSync(database(dataDir), bytes)
    },
    (started) => expectRefusal(started, 'The record of this environment is damaged', 'Restore it from a backup, then try again.'),
  )
})

test('X10: the key of the database is gone', async () => {
  await startOn(
    (dataDir) => rmSync(keyFile(dataDir)),
    (started) => expectRefusal(started, /A file that is needed cannot be read.*the key of the database/, 'then try again'),
  )
})

test('X10: the key of the database is not what the keychain sealed', async () => {
  await startOn(
    (dataDir) => {
      const file = JSON.parse(readFileSync(keyFile(dataDir), 'utf8')) as Record<string, unknown>
      writeFileSync(keyFile(dataDir), JSON.stringify({ ...file, key: randomBytes(80).toString('base64') }))
    },
    (started) => expectRefusal(started, /A file that is needed cannot be read.*the key of the database/, 'then try again'),
  )
})

test('X10: a file that may not be read, and then may', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-bad-'))
  copyOfSound(dataDir)
  chmodSync(database(dataDir), 0o000)
  const running = await launchHoldfast({ dataDir })
  try {
    const { page } = running
    const refusal = page.getByRole('alert').filter({ has: page.getByRole('heading', { name: 'could not be opened' }) })
    await expect(refusal).toContainText('A file that is needed cannot be read')
    await expect(refusal).toContainText('Check its permissions, then try again.')
    chmodSync(database(dataDir), 0o600)
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
    await expectHaltWorks(page, dataDir)
  } finally {
    await running.close()
  }
})

for (const [what, breakIt, why] of [
  [
    'a lease that is no lease',
    (dataDir: string) => writeFileSync(lease(dataDir), 'go on'),
    /machine\.lease: its text is not a lease of this place/,
  ],
  ['a lease that is gone', (dataDir: string) => rmSync(lease(dataDir)), /machine\.lease is gone, and no record says why/],
  ['a folder that others can enter', (dataDir: string) => chmodSync(join(dataDir, 'paper'), 0o755), /paper has mode 755 instead of 700/],
] as const) {
  test(`X5 X10: ${what} means halted; the window says why and lets no order be reviewed`, async () => {
    await startOn(
      breakIt,
      async ({ page, dataDir }) => {
        const bar = page.getByRole('region', { name: 'Halt' })
        await expect(bar).toContainText('Halted by a state that could not be read')
        await expect(bar).toContainText(why)
        await page.getByRole('textbox', { name: 'Amount' }).fill('100')
        await expect(page.locator('#review-why')).toHaveText(/^Kill switch:/)
        await expect(page.getByRole('button', { name: /^Review buy/ })).toBeDisabled()
        expect(existsSync(join(dataDir, 'paper', 'trading.lease')), 'what permitted to trade is gone').toBe(false)
      },
      true,
    )
  })
}

test('X6 X10: a database that is gone is not begun anew in silence', async () => {
  await startOn(
    (dataDir) => rmSync(database(dataDir)),
    async ({ page, dataDir }) => {
      const anchor = contents(dataDir)['audit.anchor']
      await expectHaltedByItself(page, dataDir)
      await page.keyboard.press('Alt+6')
      const chain = page.getByRole('region', { name: 'Chain status' })
      await expect(chain).toContainText('Broken')
      await expect(chain).toContainText('the anchor is of another log')
      expect(contents(dataDir)['audit.anchor'], 'the anchor still attests the log that is gone').toBe(anchor)
    },
    true,
  )
})

const canMount = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0

test.describe('on a small disk', () => {
  test.beforeAll(() => {
    expect(canMount, 'this machine has user namespaces, in which an ordinary user may mount').toBe(true)
  })

  test('X5 X10: a disk that is full at the start', async () => {
    await onSmallDisk(`dd if=/dev/zero of=${FILLER} bs=4k 2>/dev/null;`, async ({ page }, seen) => {
      const refusal = page.getByRole('alert').filter({ has: page.getByRole('heading', { name: 'could not be opened' }) })
      await expect(refusal).toContainText('The disk is full')
      await expect(refusal).toContainText('trading has stopped. A halt still works.')
      await expect(refusal).toContainText('Free some space, then try again.')
      await expectHaltWorks(page, seen)
      rmSync(join(seen, 'filler'))
      await page.getByRole('button', { name: 'Try again' }).click()
      await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
    })
  })

  test('X5 X10: a disk that fills up while the app runs', async () => {
    await onSmallDisk('', async ({ page }, seen) => {
      await expect(page.getByRole('textbox', { name: 'Amount' })).toBeVisible()
      expect(spawnSync('dd', ['if=/dev/zero', `of=${join(seen, 'filler')}`, 'bs=4k']).status).not.toBe(0)
      await expectHaltedByItself(page, seen)
    })
  })
})

const FILLER = '"$HOLDFAST_DATA_DIR/filler"'

/** Starts the app on a copy of the sound folder that lies on a small disk of its own, after `before` has run there; `seen` is where this process sees that disk. */
async function onSmallDisk(before: string, look: (running: RunningHoldfast, seen: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-disk-'))
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  const { uid, gid } = userInfo()
  const script = join(folder, 'electron')
  // In a second namespace it is its own user again: as root, Chromium would refuse its sandbox.
  const inside = `mount -t tmpfs -o size=8m,mode=0700 tmpfs "$HOLDFAST_DATA_DIR" && cp -a "${sound}/." "$HOLDFAST_DATA_DIR" && ${before}
    exec unshare --user --map-user=${uid} --map-group=${gid} -- "${electronExecutable()}" "$@"`
  writeFileSync(script, `#!/bin/sh\nexec unshare --user --map-root-user --mount sh -c '${inside}' sh "$@"\n`, { mode: 0o755 })
  const running = await launchHoldfast({ dataDir, executable: script })
  try {
    await look(running, `/proc/${running.app.process().pid}/root${dataDir}`)
  } finally {
    await running.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
