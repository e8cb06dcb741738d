import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { KeptSecrets } from '../../../src-main/app/compose/signers/kept-secrets'
import { SignerService, type SignerOf } from '../../../src-main/app/compose/signers/signer-service'
import type { SignerMakers } from '../../../src-main/app/compose/signers/signer-makers'
import type { Prove } from '../../../src-main/app/compose/signers/signer-trials'
import type { AuditFact } from '../../../src-main/domain/audit-event'
import { denial } from '../../../src-main/domain/codes'
import type { Environment } from '../../../src-main/domain/environment'
import type { Hex } from '../../../src-main/domain/evm'
import type { ConfigOf, SignerConfig } from '../../../src-main/domain/signer'
import { err, ok } from '../../../src-main/lib/result'
import type { SignerMaker } from '../../../src-main/signers/kind'
import type { Signer, SignerFailureCode } from '../../../src-main/signers/signer'
import { openDatabase, type Database } from '../../../src-main/storage/database'
import { FakeClock } from '../../support/fake-clock'
import { contractTx } from '../../support/signers/contract'

// The service with its real table in a real database; what a signer answers is scripted.
const ADDRESS = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const OTHER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const PIN = 'secret:00000000-0000-4000-8000-000000000001'
const NEW_PIN = 'secret:00000000-0000-4000-8000-000000000002'
const never = new AbortController().signal
const nothing = () => undefined

let folder: string
let db: Database
let clock: FakeClock
let facts: AuditFact[]
let forgotten: string[]
let added: string[]
let asked: string[]
/** What the signers of each variable or token hold. */
let held: Map<string, string>
let refusing: Map<string, SignerFailureCode>
let signers: SignerService
let signerOf: SignerOf

const variable = (name: string): ConfigOf<'env_private_key'> => ({ kind: 'env_private_key', variable: name })
const hsm = (keyLabel: string, pinRef = PIN): ConfigOf<'pkcs11'> => ({
  kind: 'pkcs11',
  libraryPath: '/usr/lib/hsm.so',
  tokenLabel: 'office',
  keyLabel,
  pinRef,
})

function maker<K extends 'env_private_key' | 'pkcs11'>(kind: K, where: (config: ConfigOf<K>) => string): SignerMaker<K> {
  return {
    kind,
    create: (id, address, config): Signer => ({
      id,
      kind,
      address,
      signTransaction: () => {
        asked.push(where(config))
        const code = refusing.get(where(config))
        return Promise.resolve(code === undefined ? ok<Hex>(`0x${where(config)}`) : err({ code, detail: '' }))
      },
      health: () => ({ status: 'ready', lastSuccessMs: null, latencyMs: null, locksAtMs: null, detail: '' }),
      check: () => Promise.resolve({ status: 'ready', lastSuccessMs: null, latencyMs: null, locksAtMs: null, detail: '' }),
      lock: () => {
        asked.push(`lock ${where(config)}`)
        return Promise.resolve()
      },
    }),
    discover: (config) => {
      const address = held.get(where(config))
      if (address === undefined) return Promise.resolve(err({ code: 'UNAVAILABLE', detail: 'nobody answers' }))
      // Another order of members is the same config.
      return Promise.resolve(
        ok([{ address, where: where(config), config: Object.fromEntries(Object.entries(config).reverse()) as unknown as SignerConfig }]),
      )
    },
  }
}
const MAKERS: SignerMakers = {
  env_private_key: maker('env_private_key', (config) => config.variable),
  pkcs11: maker('pkcs11', (config) => config.keyLabel),
}

function open(environment: Environment = 'testnet'): void {
  const store = { ids: () => [], remove: (id: string) => void forgotten.push(id) }
  const kept = new KeptSecrets({ db, store, audit: { append: () => ({ seq: 0, hashHex: '' }) } })
  ;({ signers, signerOf } = SignerService.create({
    environment,
    db,
    clock,
    scheduler: clock,
    random: { bytes: (length) => Buffer.alloc(length), uuid: () => randomUUID() },
    audit: { append: (fact) => ({ seq: facts.push(fact), hashHex: '' }) },
    recordAnyway: (fact) => void facts.push(fact),
    halted: () => false,
    folder: join(folder, 'keystores'),
    spawnHost: () => {
      throw new Error('no key host here')
    },
    spawnVendorHost: () => {
      throw new Error('no helper process here')
    },
    findSecret: () => Promise.resolve(err({ code: 'SECRET_UNAVAILABLE', detail: '' })),
    makers: MAKERS,
    guarded: (signer) => signer,
    forgetSecrets: (ids) => kept.forget(ids),
    onAdded: (address) => added.push(address),
    onChange: nothing,
  }))
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-signers-'))
  const opened = openDatabase({
    path: join(folder, 'a.db'),
    key: Buffer.alloc(32, 7),
    nativeBinding: process.env['HOLDFAST_SQLITE_BINDING'],
  })
  if (!opened.ok) throw opened.error
  db = opened.value
  clock = new FakeClock()
  facts = []
  forgotten = []
  added = []
  asked = []
  held = new Map([
    ['ONE', ADDRESS],
    ['TWO', ADDRESS],
    ['ELSE', OTHER],
    ['key-1', ADDRESS],
    ['key-2', ADDRESS],
  ])
  refusing = new Map()
  open()
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A test signature: whoever refuses it has not shown that the address is theirs. */
const prove: Prove = async (id) => {
  const signed = await signerOf(id, 'test')?.signTransaction(contractTx(ADDRESS, 1), never)
  return signed?.ok === true ? ok(undefined) : err(denial('SIGNATURE_MISMATCH', { field: 'from' }))
}
async function add(config: SignerConfig, address = ADDRESS, label = 'A signer'): Promise<string> {
  const before = asked.length
  const done = await signers.add(label, config, address, never, nothing, prove)
  if (!done.ok) throw new Error(`${done.error.code}: ${done.error.detail}`)
  asked.length = before
  return done.value
}
const types = () => facts.map(({ type }) => type)
const sign = (id: string) => signerOf(id)?.signTransaction(contractTx(ADDRESS, 1), never)

describe('X1: taking a signer in', () => {
  test('it shows first that it holds the address; it is on record before, and there after a restart', async () => {
    const id = await add(variable('ONE'))
    expect(types()).toEqual(['SignerDiscoveryRequested', 'SignerRequested', 'SignerAdded'])
    expect(added).toEqual([ADDRESS])
    open()
    expect(signers.get(id)).toMatchObject({ label: 'A signer', address: ADDRESS, turn: 1, config: variable('ONE'), checkedAtMs: null })
    expect(await sign(id)).toEqual(ok('0xONE'))
  })

  test('it is refused when it does not hold the address, and nothing is kept', async () => {
    const refused = await signers.add('A signer', variable('ELSE'), ADDRESS, never, nothing, prove)
    expect(refused).toMatchObject({ ok: false, error: { code: 'WRONG_ADDRESS' } })
    open()
    expect([signers.list(), added]).toEqual([[], []])
  })

  test('it is refused when nobody answers, whatever it says', async () => {
    expect(await signers.add('A signer', variable('GONE'), ADDRESS, never, nothing, prove)).toMatchObject({
      error: { code: 'UNAVAILABLE' },
    })
    expect(signers.list()).toEqual([])
  })

  test('the same twice is refused and says by which name it is there; another way to the same address is not', async () => {
    await add(variable('ONE'), ADDRESS, 'First')
    expect(await signers.add('Again', variable('ONE'), ADDRESS.toLowerCase(), never, nothing, prove)).toEqual(
      err({ code: 'ALREADY_THERE', detail: 'First' }),
    )
    await add(variable('TWO'))
    expect(signers.list().map(({ turn }) => turn)).toEqual([1, 2])
  })

  test('one that claims the address of another is asked for a test signature alone, and counts only when it has made one', async () => {
    const first = await add(variable('ONE'))
    let tried = ''
    const later: Prove = async (id) => {
      tried = id
      expect(signers.list().map((entry) => entry.id)).toEqual([first])
      for (const purpose of [undefined, 'order', 'approve', 'cancel', 'fund-move', 'audit-head', 'auth'] as const)
        expect(signerOf(id, purpose), purpose).toBe(null)
      // Nor is it asked for anything of the one that is there.
      refusing.set('ONE', 'UNAVAILABLE')
      expect(await sign(first)).toMatchObject({ ok: false })
      expect(asked).not.toContain('TWO')
      return prove(id)
    }
    refusing.set('TWO', 'BAD_ANSWER')
    expect(await signers.add('Stranger', variable('TWO'), ADDRESS, never, nothing, later)).toMatchObject({
      error: { code: 'NOT_PROVEN', denial: { code: 'SIGNATURE_MISMATCH' } },
    })
    expect([signers.list().length, signerOf(tried, 'test'), added]).toEqual([1, null, [ADDRESS]])
    expect(asked.at(-1)).toBe('lock TWO')
    expect(facts.at(-1)).toMatchObject({ type: 'SignerNotAdded', subject: tried, data: { code: 'NOT_PROVEN' } })
    open()
    expect(signers.list()).toHaveLength(1)

    refusing.clear()
    expect((await signers.add('Twin', variable('TWO'), ADDRESS, never, nothing, prove)).ok).toBe(true)
    expect(signers.list().map(({ turn }) => turn)).toEqual([1, 2])
  })

  test('one whose test signature is given up is not taken in', async () => {
    await add(variable('ONE'))
    const stop = new AbortController()
    const waits: Prove = () => {
      stop.abort()
      return new Promise(() => undefined)
    }
    expect(await signers.add('Stranger', variable('TWO'), ADDRESS, stop.signal, nothing, waits)).toMatchObject({ ok: false })
    expect(signers.list()).toHaveLength(1)
  })

  test('a kind that is not in this version, or has ways of its own, is refused', async () => {
    for (const config of [
      { kind: 'keystore' },
      { kind: 'ledger', driver: 'dmk', derivationPath: "44'/60'/0'/0/0", transport: { type: 'usb' } },
    ] as const)
      expect(await signers.add('A signer', config, ADDRESS, never, nothing, prove)).toMatchObject({ error: { code: 'NOT_SUPPORTED' } })
  })

  test('C2: a key in a variable is refused in live, also one that another environment took in', async () => {
    const id = await add(variable('ONE'))
    open('live')
    expect(signers.get(id)).toBe(null)
    expect(signerOf(id)).toBe(null)
    expect(types()).toContain('SignerUnreadable')
    expect(await signers.add('A signer', variable('ONE'), ADDRESS, never, nothing, prove)).toMatchObject({
      error: { code: 'NOT_SUPPORTED' },
    })
  })
})

describe('X1: changing how a signer is reached', () => {
  test('it must hold the same address; the new way signs from then on, and after a restart', async () => {
    const id = await add(hsm('key-1'))
    expect(await signers.configure(id, hsm('key-2', NEW_PIN), never, nothing, prove)).toEqual(ok(undefined))
    expect(await sign(id)).toEqual(ok('0xkey-2'))
    expect(asked).toContain('lock key-1')
    expect(types()).toContain('SignerConfigured')
    expect(forgotten, 'the PIN that nobody needs any more').toEqual([PIN.slice('secret:'.length)])
    open()
    expect(await sign(id)).toEqual(ok('0xkey-2'))
  })

  test('a way to another address, or one that nobody answers on, changes nothing', async () => {
    const id = await add(variable('ONE'))
    expect(await signers.configure(id, variable('ELSE'), never, nothing, prove)).toMatchObject({ error: { code: 'WRONG_ADDRESS' } })
    expect(await signers.configure(id, variable('GONE'), never, nothing, prove)).toMatchObject({ error: { code: 'UNAVAILABLE' } })
    expect(await signers.configure('nobody', variable('ONE'), never, nothing, prove)).toMatchObject({ ok: false })
    expect(await sign(id)).toEqual(ok('0xONE'))
    expect(types()).not.toContain('SignerConfigured')
  })

  test('a way that says it holds the address and makes no signature for it is not taken: it is asked for a test signature alone, and the old way stays', async () => {
    const id = await add(variable('ONE'))
    refusing.set('TWO', 'BAD_ANSWER')
    let tried = ''
    const trial: Prove = async (onTrial) => {
      tried = onTrial
      for (const purpose of [undefined, 'order', 'cancel', 'auth'] as const) expect(signerOf(onTrial, purpose), purpose).toBe(null)
      expect(await sign(id)).toEqual(ok('0xONE'))
      return prove(onTrial)
    }
    expect(await signers.configure(id, variable('TWO'), never, nothing, trial)).toMatchObject({
      error: { code: 'NOT_PROVEN', denial: { code: 'SIGNATURE_MISMATCH' } },
    })
    expect([signers.get(id)?.config, signerOf(tried, 'test'), await sign(id)]).toEqual([variable('ONE'), null, ok('0xONE')])
    expect(asked).toContain('lock TWO')
    expect(facts.at(-1)).toMatchObject({ type: 'SignerNotConfigured', subject: id, data: { code: 'NOT_PROVEN' } })
    open()
    expect(signers.get(id)?.config).toEqual(variable('ONE'))
  })

  test('one that was taken out while the new way made its test signature is not brought back', async () => {
    const id = await add(variable('ONE'))
    const removes: Prove = async (onTrial) => {
      await signers.remove(id)
      return prove(onTrial)
    }
    expect(await signers.configure(id, variable('TWO'), never, nothing, removes)).toMatchObject({ ok: false })
    expect([signers.list(), types().includes('SignerConfigured')]).toEqual([[], false])
  })
})

describe('X1: taking a signer out', () => {
  test('it signs nothing any more; the next of its address moves up', async () => {
    const [first, second] = [await add(variable('ONE')), await add(variable('TWO'))]
    await signers.remove(first)
    expect(signerOf(first)).toBe(null)
    expect(signers.get(second)?.turn).toBe(1)
    expect(asked).toEqual(['lock ONE'])
    expect(facts.at(-1)).toMatchObject({ type: 'SignerRemoved', subject: first, data: { kind: 'env_private_key', address: ADDRESS } })
    open()
    expect(signers.list().map(({ id, turn }) => [id, turn])).toEqual([[second, 1]])
  })

  test('P1: its secret goes with it, unless another signer needs the same one', async () => {
    const [first, second] = [await add(hsm('key-1')), await add(hsm('key-2'))]
    await signers.remove(first)
    expect(forgotten).toEqual([])
    await signers.remove(second)
    expect(forgotten).toEqual([PIN.slice('secret:'.length)])
  })

  test('P1: while a row cannot be read, whose secrets nobody knows, none is forgotten', async () => {
    const id = await add(hsm('key-1'))
    await add(hsm('key-2', NEW_PIN))
    db.prepare('UPDATE signers SET config_json = ? WHERE signer_id <> ?').run('{}', id)
    await signers.remove(id)
    expect(forgotten).toEqual([])
  })
})

describe('X1: turns', () => {
  test('the others of the address are asked in the order that was set, and the switch is on record before', async () => {
    const [first, second] = [await add(variable('ONE')), await add(variable('TWO'))]
    expect(signers.setTurns([second, first])).toBe(true)
    expect(await sign(first), 'by whichever of them it is asked').toEqual(ok('0xTWO'))
    refusing.set('TWO', 'UNAVAILABLE')
    asked.length = 0
    facts.length = 0
    expect(await sign(second)).toEqual(ok('0xONE'))
    expect(asked).toEqual(['TWO', 'ONE'])
    expect(facts).toMatchObject([{ type: 'SignerSwitched', severity: 'high', data: { from: second, to: first, why: 'UNAVAILABLE' } }])
    open()
    expect(await sign(first)).toEqual(ok('0xONE'))
    expect(asked.at(-2)).toBe('TWO')
  })

  test('a test asks exactly the signer that is meant', async () => {
    const [first, second] = [await add(variable('ONE')), await add(variable('TWO'))]
    refusing.set('ONE', 'UNAVAILABLE')
    expect(await signerOf(second, 'test')?.signTransaction(contractTx(ADDRESS, 1), never)).toEqual(ok('0xTWO'))
    expect(await signerOf(first, 'test')?.signTransaction(contractTx(ADDRESS, 1), never)).toMatchObject({ ok: false })
    expect(types()).not.toContain('SignerSwitched')
  })

  test('an order that leaves one out, names one twice, or mixes addresses is refused', async () => {
    const [first, second] = [await add(variable('ONE')), await add(variable('TWO'))]
    const stranger = await add(variable('ELSE'), OTHER)
    for (const ids of [[], [first], [first, first], [first, stranger], [first, second, stranger], ['nobody', first]])
      expect(signers.setTurns(ids), ids.join(' ')).toBe(false)
    expect(types()).not.toContain('SignerTurnsChanged')
    expect(await sign(first)).toEqual(ok('0xONE'))
  })
})

describe('X1: what the database holds', () => {
  test.each([
    ['no JSON', '{'],
    ['another kind\u2019s fields', JSON.stringify({ ...variable('ONE'), libraryPath: '/x' })],
    ['a kind that there is not', JSON.stringify({ kind: 'magic' })],
    ['a secret in the place of a reference', JSON.stringify({ ...hsm('key-1'), pinRef: '1234' })],
  ])('a row with %s signs nothing, and that is on record', async (_what, json) => {
    const id = await add(variable('ONE'))
    db.prepare('UPDATE signers SET config_json = ?').run(json)
    open()
    expect(signers.list()).toEqual([])
    expect(signerOf(id)).toBe(null)
    expect(facts.at(-1)).toMatchObject({ type: 'SignerUnreadable', severity: 'high', subject: id })
  })
})

test('X1: a look is remembered with its time, and somebody who is not there has none', async () => {
  const id = await add(variable('ONE'))
  await clock.advance(5_000)
  expect(await signers.check(id, never)).toMatchObject({ id, checkedAtMs: clock.wallMs() })
  expect(await signers.check('nobody', never)).toBe(null)
})
