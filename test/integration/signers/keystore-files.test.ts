import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decryptKeystoreJson, encryptKeystoreJson } from 'ethers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { systemScheduler } from '../../../src-main/lib/clock'
import { KeystoreFiles } from '../../../src-main/signers/keystore/keystore-files'
import { forkKeyHost, type ForkedHost } from './fork-key-host'

const KEY_HEX = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d'
const ADDRESS = '0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b'
const FILE = `${ADDRESS.toLowerCase()}.json`
const password = (text = 'correct horse') => Buffer.from(text)
const key = () => Buffer.from(KEY_HEX, 'hex')

let base: string
let folder: string
let files: KeystoreFiles
let hosts: ForkedHost[]

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-keystores-'))
  folder = join(base, 'keys')
  hosts = []
  const spawnHost = () => {
    const host = forkKeyHost()
    hosts.push(host)
    return host
  }
  files = new KeystoreFiles({ folder, spawnHost, scheduler: systemScheduler })
})

afterEach(() => {
  for (const host of hosts) host.kill()
  rmSync(base, { recursive: true, force: true })
})

describe('writing', () => {
  test('a new key: a private file in a private folder, which other tools open; the host has ended', async () => {
    const typed = password()
    const made = await files.create(typed)
    if (!made.ok) throw new Error(made.error.code)
    expect(typed.every((byte) => byte === 0)).toBe(true)
    expect(await hosts[0]!.exited).toBe(0)
    const path = join(folder, made.value.file)
    expect(statSync(path).mode & 0o7777).toBe(0o600)
    expect(statSync(folder).mode & 0o7777).toBe(0o700)
    expect(readdirSync(folder)).toEqual([made.value.file])
    const opened = await decryptKeystoreJson(readFileSync(path, 'utf8'), 'correct horse')
    expect(opened.address).toBe(made.value.address)
    expect(files.list()).toEqual({ ok: true, value: [made.value] })
    expect(files.read(made.value.address.toLowerCase())).toEqual({ ok: true, value: readFileSync(path, 'utf8') })
  })

  test('a typed key is wiped, and never comes back from the host', async () => {
    const typedKey = key()
    expect(await files.importKey(typedKey, password())).toEqual({ ok: true, value: { kind: 'usable', file: FILE, address: ADDRESS } })
    expect(typedKey.every((byte) => byte === 0)).toBe(true)
    expect(JSON.stringify(hosts[0]!.messages)).not.toContain(KEY_HEX)
    expect((await decryptKeystoreJson(readFileSync(join(folder, FILE), 'utf8'), 'correct horse')).privateKey).toBe(`0x${KEY_HEX}`)
  })

  test("another tool's file, however cheap its derivation, becomes one of ours", async () => {
    const theirs = await encryptKeystoreJson({ address: ADDRESS, privateKey: `0x${KEY_HEX}` }, 'correct horse', { scrypt: { N: 2 } })
    expect(await files.importJson(theirs, password())).toMatchObject({ ok: true, value: { file: FILE } })
    const stored = JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as { crypto: { kdfparams: { n: number } } }
    expect(stored.crypto.kdfparams.n).toBe(131_072)
  })

  test('a wrong password or a corrupt file leaves nothing behind', async () => {
    const theirs = await encryptKeystoreJson({ address: ADDRESS, privateKey: `0x${KEY_HEX}` }, 'other', { scrypt: { N: 2 } })
    expect(await files.importJson(theirs, password())).toMatchObject({ ok: false, error: { code: 'WRONG_PASSWORD' } })
    expect(await files.importJson('{}', password())).toMatchObject({ ok: false, error: { code: 'CORRUPT_KEYSTORE' } })
    expect(await files.importKey(Buffer.alloc(32), password())).toMatchObject({ ok: false })
    expect(existsSync(folder)).toBe(false)
  })

  test('never over a file of the same account, whatever its name', async () => {
    await files.importKey(key(), password())
    const before = readFileSync(join(folder, FILE), 'utf8')
    expect(await files.importKey(key(), password('another'))).toEqual({ ok: false, error: { code: 'ALREADY_THERE', detail: FILE } })
    expect(readFileSync(join(folder, FILE), 'utf8')).toBe(before)
  })

  test('never over a corrupt file that has its name', async () => {
    mkdirSync(folder, { mode: 0o700 })
    writeFileSync(join(folder, FILE), 'half a file', { mode: 0o600 })
    expect(await files.importKey(key(), password())).toMatchObject({ ok: false, error: { code: 'ALREADY_THERE' } })
    expect(readFileSync(join(folder, FILE), 'utf8')).toBe('half a file')
    expect(readdirSync(folder)).toEqual([FILE])
  })

  test('two at once: one file, one refusal', async () => {
    const outcomes = await Promise.all([files.importKey(key(), password()), files.importKey(key(), password('another'))])
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
    expect(readdirSync(folder)).toEqual([FILE])
  })

  test('not into a folder that others can open', async () => {
    mkdirSync(folder, { mode: 0o755 })
    expect(await files.importKey(key(), password())).toMatchObject({ ok: false, error: { code: 'FOLDER_UNSAFE' } })
    expect(readdirSync(folder)).toEqual([])
  })

  test('not where a file stands in the folder’s place', async () => {
    writeFileSync(folder, '')
    expect(await files.importKey(key(), password())).toEqual({
      ok: false,
      error: { code: 'FOLDER_UNSAFE', detail: 'the keystore folder is not a folder' },
    })
  })

  test('a host that cannot be started', async () => {
    const broken = new KeystoreFiles({
      folder,
      scheduler: systemScheduler,
      spawnHost: () => {
        throw new Error('spawn EAGAIN')
      },
    })
    const typed = password()
    expect((await broken.create(typed)).ok).toBe(false)
    expect(typed.every((byte) => byte === 0)).toBe(true)
  })
})

describe('listing', () => {
  const put = (name: string, text: string, mode = 0o600) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(join(folder, name), text, { mode })
    chmodSync(join(folder, name), mode)
  }
  const usable = (address = ADDRESS.slice(2).toLowerCase()) =>
    JSON.stringify({
      version: 3,
      address,
      crypto: {
        cipher: 'aes-128-ctr',
        cipherparams: { iv: '00'.repeat(16) },
        ciphertext: '00'.repeat(32),
        kdf: 'pbkdf2',
        kdfparams: { c: 1, dklen: 32, prf: 'hmac-sha256', salt: '00'.repeat(32) },
        mac: '00'.repeat(32),
      },
    })

  test('no folder, no keystores', () => {
    expect(files.list()).toEqual({ ok: true, value: [] })
    expect(files.read(ADDRESS)).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } })
  })

  test('names what is corrupt or odd beside what is usable', () => {
    put('a.json', usable())
    put('b.json', '{')
    put('c.json', usable(''))
    put('d.json', usable('11'.repeat(20)), 0o644)
    put('e.json', 'x'.repeat(70_000))
    symlinkSync(join(folder, 'a.json'), join(folder, 'f.json'))
    mkdirSync(join(folder, 'g.json'))
    put('notes.txt', 'hello')
    const listed = files.list()
    expect(
      listed.ok && listed.value.map((entry) => [entry.file, entry.kind, entry.kind === 'corrupt' ? entry.why : entry.address]),
    ).toEqual([
      ['a.json', 'usable', ADDRESS],
      ['b.json', 'corrupt', 'not JSON'],
      ['c.json', 'corrupt', 'it does not say whose key it holds: import it'],
      ['d.json', 'corrupt', 'its mode is 644 instead of 600'],
      ['e.json', 'corrupt', 'it is larger than 65536 bytes'],
      ['f.json', 'corrupt', 'it is a symbolic link'],
      ['g.json', 'corrupt', 'it is not a regular file'],
    ])
  })

  test('finishes what a crash between linking and unlinking left', () => {
    put(FILE, usable())
    linkSync(join(folder, FILE), join(folder, `.${FILE}.tmp`))
    expect(files.list()).toEqual({ ok: true, value: [{ kind: 'usable', file: FILE, address: ADDRESS }] })
    expect(readdirSync(folder)).toEqual([FILE])
  })

  test('a folder that is a link is not trusted', () => {
    put('a.json', usable())
    const link = join(base, 'link')
    symlinkSync(folder, link)
    const linked = new KeystoreFiles({ folder: link, spawnHost: forkKeyHost, scheduler: systemScheduler })
    expect(linked.list()).toMatchObject({ ok: false, error: { code: 'FOLDER_UNSAFE' } })
  })
})
