import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { Vault } from '../../../src-main/credentials/credentials'

/** What Electron's safeStorage has in one of its versions. */
interface FakeSafeStorage {
  isEncryptionAvailable?: () => boolean
  encryptString?: (text: string) => Buffer
  decryptString?: (sealed: Buffer) => string
  getSelectedStorageBackend?: () => string
  isAsyncEncryptionAvailable?: () => Promise<boolean>
  encryptStringAsync?: (text: string) => Promise<Buffer>
  decryptStringAsync?: (sealed: Buffer) => Promise<{ result: string }>
}
let safeStorage: FakeSafeStorage
const flip = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0x5a))
const older = (available = true): FakeSafeStorage => ({
  isEncryptionAvailable: () => available,
  encryptString: (text) => flip(Buffer.from(text)),
  decryptString: (sealed) => flip(sealed).toString(),
})
const newer = (backend: string, available = true): FakeSafeStorage => ({
  getSelectedStorageBackend: () => backend,
  isAsyncEncryptionAvailable: async () => available,
  encryptStringAsync: async (text) => flip(Buffer.from(text)),
  decryptStringAsync: async (sealed) => ({ result: flip(sealed).toString() }),
})
const load = async (storage: FakeSafeStorage): Promise<Vault> => {
  safeStorage = storage
  vi.doMock('electron', () => ({ safeStorage }))
  return (await import('../../../src-main/credentials/vault')).systemVault
}
beforeEach(() => {
  vi.resetModules()
  vi.stubGlobal('process', Object.create(process, { platform: { value: 'linux' } }) as typeof process)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.doUnmock('electron')
})

describe('D4: the keychain', () => {
  const secret = Buffer.from('a secret that is not text: \u0000\u00ff', 'latin1')
  test.for([
    ['an older Electron with a keyring', older(), 'Secret Service'],
    ['a newer one with a keyring', newer('gnome_libsecret'), 'gnome_libsecret'],
  ] as const)('%s seals and opens bytes exactly', async ([, storage, backend]) => {
    const vault = await load(storage)
    expect(await vault.status()).toEqual({ available: true, backend })
    const sealed = await vault.seal(secret)
    if (!sealed.ok) throw new Error(sealed.error)
    expect(sealed.value.includes(secret)).toBe(false)
    expect(await vault.open(sealed.value)).toEqual({ ok: true, value: secret })
  })

  test.for([
    ['an older Electron without a keyring', older(false)],
    ['a newer one without any', newer('gnome_libsecret', false)],
    ['one that would use a password that everybody knows', newer('basic_text')],
    ['one that does not know what it would use', newer('unknown')],
  ] as const)('%s counts as none: nothing is sealed, nothing opened', async ([, storage]) => {
    const vault = await load(storage)
    expect((await vault.status()).available).toBe(false)
    expect(await vault.seal(secret)).toEqual({ ok: false, error: 'NO_KEYCHAIN' })
    expect(await vault.open(secret)).toEqual({ ok: false, error: 'NO_KEYCHAIN' })
  })

  test('a keychain that throws is a failure, not a crash', async () => {
    const throwing = () => Promise.reject(new Error('locked'))
    const vault = await load({ ...newer('kwallet6'), encryptStringAsync: throwing, decryptStringAsync: throwing })
    expect(await vault.seal(secret)).toEqual({ ok: false, error: 'NO_KEYCHAIN' })
    expect(await vault.open(secret)).toEqual({ ok: false, error: 'UNREADABLE' })
  })
})
