import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import BetterSqlite3 from 'better-sqlite3-multiple-ciphers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { readDataKey } from '../../../src-main/credentials/data-key'
import { lightKeyHost } from '../../support/app/devnet-app'
import { PAPER_SELL } from '../../support/app/drafts'
import { armedDataDir, launchApp, memoryVault, removeDataDir, type LaunchOptions, type TestApp } from '../../support/app/launch'

type RawDatabase = BetterSqlite3.Database

const RESTING = { ...PAPER_SELL, type: 'limit' as const, timeInForce: 'gtc' as const, limitPrice: '9000' }
const utf8 = (text: string) => new TextEncoder().encode(text)

let vault: ReturnType<typeof memoryVault>
let app: TestApp
beforeEach(async () => {
  vault = memoryVault()
  app = await launchApp({ dataDir: armedDataDir(), vault, spawnKeyHost: lightKeyHost })
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

const inPaper = (name: string) => join(app.dataDir, 'paper', name)
const dbPath = () => inPaper('holdfast.db')
const trade = async (draft = PAPER_SELL) => {
  const plan = await app.must('order.prepare', draft)
  const placed = app.heard('order.changed', ({ state }) => state === 'filled' || state === 'working')
  const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  await placed
  return orderId
}
/** Stops the app, lets something happen to what it left, and starts it again. */
const restartAfter = async (happen: () => Promise<void> | void, options: LaunchOptions = {}) => {
  await app.stop()
  await happen()
  app = await launchApp({ dataDir: app.dataDir, vault, spawnKeyHost: lightKeyHost, ...options })
}
const bytesOf = (path: string) => (statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path) : null)
/** Opens the database as the app does, by hand. */
const inDatabase = async (work: (db: RawDatabase) => void, path = dbPath()) => {
  const key = await readDataKey(inPaper('db.key'), vault)
  if (!key.ok) throw new Error(key.error)
  const db = new BetterSqlite3(path)
  db.pragma(`cipher = 'chacha20'`)
  db.pragma(`key = 'raw:${key.value.key.toString('hex')}'`)
  work(db)
  db.close()
}

describe('D4 X10: what cannot be opened is said, kept as it is, and opens again when it is put right', () => {
  const damages: readonly (readonly [string, string, () => Promise<void> | void])[] = [
    [
      'a corrupt database',
      'CORRUPT',
      () => {
        const bytes = readFileSync(dbPath())
        for (let at = 4_096 + 100; at < bytes.length; at += 512) bytes[at] = (bytes[at] ?? 0) ^ 0xff
        writeFileSync(dbPath(), bytes)
      },
    ],
    [
      'a database with a damaged head',
      'WRONG_KEY_OR_NOT_A_DATABASE',
      () => {
        const bytes = readFileSync(dbPath())
        bytes.fill(0xaa, 0, 200)
        writeFileSync(dbPath(), bytes)
      },
    ],
    [
      'a database that was cut off',
      'CORRUPT',
      () => {
        writeFileSync(dbPath(), readFileSync(dbPath()).subarray(0, 8_192))
      },
    ],
    [
      'an empty file in its place',
      'WRONG_KEY_OR_NOT_A_DATABASE',
      () => {
        writeFileSync(dbPath(), '')
      },
    ],
    [
      'a text in its place',
      'WRONG_KEY_OR_NOT_A_DATABASE',
      () => {
        writeFileSync(dbPath(), 'not a database'.repeat(1_000))
      },
    ],
    [
      'a folder in its place',
      'UNREADABLE',
      () => {
        rmSync(dbPath())
        mkdirSync(dbPath())
      },
    ],
    [
      'another program’s database',
      'FOREIGN_DATABASE',
      async () => {
        rmSync(dbPath())
        await inDatabase((db) => db.exec('CREATE TABLE theirs(x); PRAGMA user_version = 3'))
      },
    ],
    ['a newer version’s database', 'NEWER_THAN_APP', () => inDatabase((db) => db.pragma('user_version = 9999'))],
    ['a paper exchange whose state makes no sense', 'CORRUPT', () => inDatabase((db) => db.exec(`UPDATE paper_state SET json = '{}'`))],
    [
      'another key',
      'WRONG_KEY_OR_NOT_A_DATABASE',
      async () => {
        const sealed = await vault.seal(Buffer.alloc(32, 9))
        if (!sealed.ok) throw new Error('no keychain')
        writeFileSync(inPaper('db.key'), JSON.stringify({ v: 1, protection: 'keychain', key: sealed.value.toString('base64') }))
      },
    ],
    [
      'a key file that is gone',
      'UNREADABLE',
      () => {
        rmSync(inPaper('db.key'))
      },
    ],
    [
      'a key file that makes no sense',
      'UNREADABLE',
      () => {
        writeFileSync(inPaper('db.key'), '{"v":1')
      },
    ],
    [
      'a database that is gone while its log is there',
      'CORRUPT',
      () => {
        writeFileSync(`${dbPath()}-wal`, 'left over')
        rmSync(dbPath())
      },
    ],
  ]
  test.for(damages)('%s: %s', async ([, code, damage]) => {
    const orderId = await trade()
    const copy = join(app.dataDir, '..', 'copy')
    let damaged: Buffer | null = null
    await restartAfter(async () => {
      cpSync(join(app.dataDir, 'paper'), copy, { recursive: true })
      await damage()
      damaged = bytesOf(dbPath())
    })
    expect(await app.must('app.status', {})).toMatchObject({ phase: 'failed', environment: 'paper', failure: { code } })
    expect(await app.call('order.prepare', PAPER_SELL)).toMatchObject({ ok: false, problem: { code } })
    expect(await app.call('audit.status', {})).toMatchObject({ ok: false, problem: { code } })
    // A halt needs nothing of it.
    expect((await app.must('halt.trigger', { mode: 'gate-only', scope: 'environment', source: 'button' })).state).toBe('triggered')
    // A person, or a newer version, may still make something of it.
    expect(bytesOf(dbPath())).toEqual(damaged)

    await restartAfter(() => {
      rmSync(join(app.dataDir, 'paper'), { recursive: true })
      renameSync(copy, join(app.dataDir, 'paper'))
    })
    expect((await app.must('order.detail', { orderId })).summary.state).toBe('filled')
    expect((await app.must('audit.verify', {})).verdict).toBe('intact')
  })

  test('the keychain is gone: said, nothing is made anew, and with it back everything is there', async () => {
    const orderId = await trade()
    const before = readFileSync(inPaper('db.key'))
    await restartAfter(() => void (vault.available = false))
    expect(await app.must('app.status', {})).toMatchObject({
      phase: 'failed',
      failure: { code: 'NO_KEYCHAIN' },
      keychain: { available: false },
    })
    expect(readFileSync(inPaper('db.key'))).toEqual(before)
    await restartAfter(() => void (vault.available = true))
    expect((await app.must('order.detail', { orderId })).summary.state).toBe('filled')
  })

  test('another environment opens although this one cannot', async () => {
    await restartAfter(() => {
      writeFileSync(dbPath(), 'not a database')
    })
    await app.must('environment.switch', { environment: 'testnet' })
    expect(await app.must('app.status', {})).toMatchObject({ environment: 'testnet', failure: null })
    expect(await app.call('environment.switch', { environment: 'paper' })).toMatchObject({
      ok: false,
      problem: { code: 'WRONG_KEY_OR_NOT_A_DATABASE' },
    })
  })
})

describe('X6: a broken audit log', () => {
  const breakLog = () =>
    inDatabase((db) => {
      db.exec('DROP TRIGGER audit_entries_no_update')
      db.exec(`UPDATE audit_entries SET body = json_set(body, '$.actor', 'nobody') WHERE seq = (SELECT MAX(seq) FROM audit_entries)`)
    })

  test('is opened and shown, but nothing is traded on it, resting orders or not; a halt still halts, and cancels still cancel', async () => {
    const orderId = await trade(RESTING)
    await restartAfter(breakLog)
    expect(await app.must('app.status', {})).toMatchObject({ failure: null })
    expect((await app.must('audit.status', {})).verdict).toBe('broken')
    expect((await app.must('order.detail', { orderId })).summary.instrument).toBe('ETH-USD')
    expect(await app.call('order.prepare', PAPER_SELL)).toMatchObject({ ok: false, problem: { code: 'AUDIT_UNAVAILABLE' } })
    expect((await app.must('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })).state).toBe('triggered')
    // The halt that the broken log brought about may have been there first.
    expect(await app.must('order.cancelAll', {})).toMatchObject({ notCanceled: [] })
    expect((await app.must('order.detail', { orderId })).summary.state).toBe('canceled')
  })
})

describe('X10: state inside the database that makes no sense', () => {
  test('a breaker that cannot be read is open', async () => {
    await restartAfter(() =>
      inDatabase((db) =>
        db.exec(
          `INSERT INTO breakers VALUES ('trade', '{"state":"closed"}', 0) ON CONFLICT DO UPDATE SET state_json = excluded.state_json`,
        ),
      ),
    )
    expect((await app.must('guards.status', {})).breakers.find(({ id }) => id === 'trade')?.state).toBe('open')
    expect(await app.call('order.prepare', PAPER_SELL)).toMatchObject({
      ok: false,
      problem: { code: 'BREAKER_OPEN', figures: { breaker: 'trade' } },
    })
  })

  test('settings that cannot be read are the strictest', async () => {
    await app.must('settings.update', { unlockMinutes: 5, maxQuoteAgeSec: 10 })
    await restartAfter(() => inDatabase((db) => db.exec(`UPDATE settings SET value_json = '{"riskProfile":"reckless"}'`)))
    expect(await app.must('settings.get', {})).toMatchObject({ riskProfile: 'conservative', maxQuoteAgeSec: 30 })
  })

  test('an order in a state that nobody knows counts as one of unknown outcome, and the venue is asked what became of it', async () => {
    const orderId = await trade()
    await restartAfter(() => inDatabase((db) => db.exec(`UPDATE orders SET state = 'won' WHERE order_id = '${orderId}'`)))
    expect((await app.must('app.status', {})).failure).toBeNull()
    await vi.waitFor(async () => expect((await app.must('order.detail', { orderId })).summary.state).toBe('filled'))
    await trade()
  })

  test.for(["UPDATE orders SET plan_json = '{'", "UPDATE order_events SET data_json = '{'", "UPDATE order_events SET type = 'OrderWon'"])(
    '%s: such an order keeps nothing else from being seen: it is in doubt and named before a release',
    async (damage) => {
      const [orderId, other] = [await trade(RESTING), await trade({ ...RESTING, amount: '0.3' })]
      await restartAfter(() => inDatabase((db) => db.exec(`${damage} WHERE order_id = '${orderId}'`)))
      expect((await app.must('app.status', {})).failure).toBeNull()
      expect(await app.call('order.detail', { orderId })).toMatchObject({ ok: false, problem: { code: 'ORDER_UNREADABLE' } })
      expect((await app.must('order.list', { which: 'open', limit: 10, beforeMs: null })).map((each) => each.orderId)).toEqual([other])
      expect((await app.must('watch.get', {})).unknownOrders).toEqual([{ orderId, explanation: null }])
      expect(await app.call('order.prepare', PAPER_SELL)).toMatchObject({ ok: false, problem: { code: 'LIMIT_USAGE_UNKNOWN' } })
      await app.must('halt.trigger', { mode: 'gate-only', scope: 'environment', source: 'button' })
      const checks = await app.must('halt.checks', {})
      expect(checks.find(({ id }) => id === 'no-unknown-orders')).toMatchObject({
        status: 'blocked',
        detail: `Outcome unknown: ${orderId}`,
      })
    },
  )
})

test('X10: an order that ended, with an event that cannot be read, is listed and counted, and its life is not shown', async () => {
  const orderId = await trade()
  await restartAfter(() => inDatabase((db) => db.exec(`UPDATE order_events SET data_json = '7' WHERE order_id = '${orderId}'`)))
  expect((await app.must('app.status', {})).failure).toBeNull()
  expect((await app.must('order.list', { which: 'closed', limit: 10, beforeMs: null })).map((each) => each.orderId)).toEqual([orderId])
  expect(await app.call('order.detail', { orderId })).toMatchObject({ ok: false, problem: { code: 'ORDER_UNREADABLE' } })
  expect((await app.must('watch.get', {})).unknownOrders).toEqual([])
  await trade({ ...PAPER_SELL, amount: '0.2' })
})

describe('X10 C6: files that make no sense', () => {
  test.for([
    '',
    '{',
    '[]',
    '{"environment":"live","colourScheme":"dark"}',
    '{"environment":"paper","colourScheme":"dark","skipGuards":true}',
  ])('preferences that hold %j: paper', async (text) => {
    await restartAfter(() => {
      writeFileSync(join(app.dataDir, 'preferences.json'), text)
    })
    expect((await app.must('app.status', {})).environment).toBe('paper')
    await trade()
  })

  test.for(['', '{', '{}', '{"version":1}'])('a policy that holds %j: every order is denied, and the screen can say why', async (text) => {
    await restartAfter(() =>
      inDatabase((db) => {
        db.exec('DROP TRIGGER policy_versions_no_update')
        db.prepare('UPDATE policy_versions SET policy_json = ?').run(text)
      }),
    )
    expect(await app.call('order.prepare', PAPER_SELL)).toMatchObject({ ok: false, problem: { code: 'POLICY_UNREADABLE' } })
    expect(
      (await app.must('order.preview', PAPER_SELL)).verdicts.filter(({ outcome }) => outcome === 'deny').map(({ guard }) => guard),
    ).toEqual(['policy'])
    expect((await app.must('policy.get', {})).trading).toMatchObject({
      version: null,
      problem: 'the newest version of the policy is damaged',
    })
    expect((await app.must('policy.get', {})).signing).toMatchObject({ version: 1, problem: null })
  })

  test.for(['', '{', '{}', 'null\nnull'])(
    'a signing policy that holds %j: it denies, is kept as it is, and the other stays',
    async (text) => {
      await restartAfter(() => {
        writeFileSync(inPaper('signer-policy.jsonl'), text, { mode: 0o600 })
      })
      const { signing, trading } = await app.must('policy.get', {})
      expect([signing.version, signing.policy, trading.version]).toEqual([null, null, 1])
      expect(readFileSync(inPaper('signer-policy.jsonl'), 'utf8')).toBe(text)
    },
  )

  test('settings out of bounds are refused by name, and nothing changes', async () => {
    const before = await app.must('settings.get', {})
    for (const change of [{ maxVolatilityPct: '500' }, { maxVolatilityPct: '0' }, { maxVolatilityPct: '-1' }]) {
      expect(await app.call('settings.update', change)).toMatchObject({
        ok: false,
        problem: { code: 'INVALID_INPUT', figures: { where: 'maxVolatilityPct' } },
      })
    }
    for (const change of [{ unlockMinutes: 0 }, { maxQuoteAgeSec: 301 }, { riskProfile: 'reckless' }, { guards: 'off' }]) {
      expect(await app.call('settings.update', change as never)).toMatchObject({ ok: false, problem: { code: 'INVALID_INPUT' } })
    }
    expect(await app.must('settings.get', {})).toEqual(before)
  })

  test('an export that cannot be written is said, and the app goes on', async () => {
    app.chosenFile = join(app.dataDir, 'no', 'such', 'folder.jsonl')
    const everything = { sinceMs: null, untilMs: null, categories: [], severities: [], type: null, text: null }
    expect(await app.call('audit.export', { filter: everything })).toMatchObject({ ok: false, problem: { code: 'UNREADABLE' } })
    app.chosenFile = app.dataDir
    expect(await app.call('audit.export', { filter: everything })).toMatchObject({ ok: false, problem: { code: 'UNREADABLE' } })
    if (existsSync('/dev/full')) {
      app.chosenFile = '/dev/full'
      expect(await app.call('audit.export', { filter: everything })).toMatchObject({ ok: false, problem: { code: 'DISK_FULL' } })
    }
    await trade()
  })
})

describe('C3: keystores and passwords', () => {
  const PASSWORD = 'correct horse battery staple'
  const KEY = `0x${'11'.repeat(32)}`
  const typing = (password: string, privateKey = KEY) => {
    app.answer = (task) =>
      task.kind === 'import-key'
        ? { kind: task.kind, id: task.id, privateKey: utf8(privateKey), password: utf8(password) }
        : task.kind === 'unlock-keystore' || task.kind === 'import-keystore-file' || task.kind === 'create-keystore'
          ? { kind: task.kind, id: task.id, password: utf8(password) }
          : null
  }
  const importKey = async () => {
    typing(PASSWORD)
    const { id } = await app.must('signer.import', { label: 'Key', from: 'private-key' })
    if (id === null) throw new Error(JSON.stringify(app.lastProblem))
    return id
  }
  const signer = async (id: string) => (await app.must('signer.list', {})).find((entry) => entry.id === id)!
  const keystoreOf = async (id: string) => inPaper(join('keystores', `${(await signer(id)).address.toLowerCase()}.json`))
  const types = async () =>
    (
      await app.must('audit.page', {
        filter: { sinceMs: null, untilMs: null, categories: ['KEY_OPERATION'], severities: [], type: null, text: null },
        offset: 0,
        limit: 50,
      })
    ).rows.map(({ type }) => type)

  test('a wrong password unlocks nothing, is on record, and the right one still works', async () => {
    const id = await importKey()
    typing('wrong')
    expect(await app.must('signer.unlock', { id })).toEqual({ unlocked: false })
    expect([app.lastProblem?.code, (await signer(id)).status]).toEqual(['WRONG_PASSWORD', 'locked'])
    expect((await types()).slice(0, 2)).toEqual(['SignerUnlockFailed', 'SignerUnlockRequested'])
    typing(PASSWORD)
    expect(await app.must('signer.unlock', { id })).toEqual({ unlocked: true })
    expect((await signer(id)).status).toBe('ready')
  })

  test('a keystore that was damaged, or is gone, unlocks nothing', async () => {
    const id = await importKey()
    const path = await keystoreOf(id)
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replace(/"ciphertext":"../, '"ciphertext":"zz'))
    expect(await app.must('signer.unlock', { id })).toEqual({ unlocked: false })
    expect(app.lastProblem?.code).toMatch(/CORRUPT_KEYSTORE|SIGNER_UNAVAILABLE/)
    writeFileSync(path, text.replace(/"mac":"[0-9a-f]{4}/, '"mac":"0000'))
    expect(await app.must('signer.unlock', { id })).toEqual({ unlocked: false })
    expect(app.lastProblem?.code).toBe('WRONG_PASSWORD')
    rmSync(path)
    expect(await app.must('signer.unlock', { id })).toEqual({ unlocked: false })
    expect(app.lastProblem?.code).toBe('SIGNER_UNAVAILABLE')
    expect((await signer(id)).status).toBe('locked')
  })

  test.for(['', '{', 'null', '{}', '{"version":3}', '{"version":3,"crypto":{}}', '\u0000\u0001'])(
    'a keystore file that holds %j is refused before a password is asked for',
    async (text) => {
      app.chosenFile = join(app.dataDir, 'keystore.json')
      writeFileSync(app.chosenFile, text)
      let asked = false
      app.answer = () => ((asked = true), null)
      expect(await app.call('signer.import', { label: 'Key', from: 'file' })).toMatchObject({
        ok: false,
        problem: { code: 'CORRUPT_KEYSTORE' },
      })
      expect([asked, (await app.must('signer.list', {})).length]).toEqual([false, 0])
    },
  )

  test('a file that is gone, too large, or no file is said; no choice is no fault', async () => {
    const pick = async (path: string | null) => {
      app.chosenFile = path
      const reply = await app.call('signer.import', { label: 'Key', from: 'file' })
      return reply.ok ? null : reply.problem.code
    }
    const large = join(app.dataDir, 'large.json')
    writeFileSync(large, ' '.repeat(200_000))
    expect([await pick(join(app.dataDir, 'nothing.json')), await pick(large), await pick(app.dataDir), await pick(null)]).toEqual([
      'UNREADABLE',
      'CORRUPT_KEYSTORE',
      'UNREADABLE',
      'CANCELED_BY_USER',
    ])
  })

  test('a keystore file with the wrong password adds nothing; with the right one it is added once', async () => {
    const id = await importKey()
    const copy = join(app.dataDir, 'copy.json')
    cpSync(await keystoreOf(id), copy)
    app.chosenFile = copy
    typing('wrong')
    expect(await app.must('signer.import', { label: 'Again', from: 'file' })).toEqual({ id: null })
    expect(app.lastProblem?.code).toBe('WRONG_PASSWORD')
    typing(PASSWORD)
    expect(await app.must('signer.import', { label: 'Again', from: 'file' })).toEqual({ id: null })
    expect(app.lastProblem?.code).toBe('ALREADY_EXISTS')
    expect(await app.must('signer.list', {})).toHaveLength(1)
  })

  test.for([
    '',
    '0x',
    '11'.repeat(31),
    '11'.repeat(33),
    `0x${'zz'.repeat(32)}`,
    `0x${'00'.repeat(32)}`,
    `0x${'ff'.repeat(32)}`,
    'correct horse',
  ])('the private key %j is refused', async (typed) => {
    typing(PASSWORD, typed === '' ? ' ' : typed)
    expect(await app.must('signer.import', { label: 'Key', from: 'private-key' })).toEqual({ id: null })
    expect(app.lastProblem).not.toBeNull()
    expect(await app.must('signer.list', {})).toEqual([])
  })

  test('a signer that nobody knows', async () => {
    expect(await app.call('signer.unlock', { id: 'nobody' })).toMatchObject({ ok: false, problem: { code: 'NOT_FOUND' } })
    await app.must('signer.lock', { id: 'nobody' })
  })
})
