import { scryptSync } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'

import { scrypt, scryptByLibsodium, type ScryptCost } from '../../../../src-main/signers/keystore/scrypt'

const password = Buffer.from('pässword')
const salt = Buffer.alloc(32, 7)
const byNode = (cost: ScryptCost, saltGiven: Buffer = salt): Buffer =>
  scryptSync(password, saltGiven, 32, { N: cost.n, r: cost.r, p: cost.p, maxmem: 2 ** 30 })

describe('C5: scrypt of keystores', () => {
  test.each([1_024, 2_048, 2 ** 15, 2 ** 17])('libsodium gives for n = %i what Node gives', async (n) => {
    const cost = { n, r: 8, p: 1 }
    expect(await scryptByLibsodium(password, salt, cost)).toEqual(byNode(cost))
  })

  test.each<[string, ScryptCost, Buffer]>([
    ['another r', { n: 2_048, r: 4, p: 1 }, salt],
    ['another p', { n: 2_048, r: 8, p: 6 }, salt],
    ['an n that it would raise', { n: 512, r: 8, p: 1 }, salt],
    ['a salt of another length', { n: 2_048, r: 8, p: 1 }, Buffer.alloc(16, 7)],
  ])('%s is not for libsodium, and Node gives it', async (_name, cost, saltGiven) => {
    expect(await scryptByLibsodium(password, saltGiven, cost)).toBeNull()
    expect(await scrypt(password, saltGiven, cost)).toEqual(byNode(cost, saltGiven))
  })

  test('an n for which it would choose another p is not for libsodium', async () => {
    expect(await scryptByLibsodium(password, salt, { n: 2 ** 22, r: 8, p: 1 })).toBeNull()
  })

  test('an n that is no power of two is not for libsodium', async () => {
    expect(await scryptByLibsodium(password, salt, { n: 3_000, r: 8, p: 1 })).toBeNull()
  })

  test('an empty password is not for libsodium, and is derived', async () => {
    const cost = { n: 2_048, r: 8, p: 1 }
    const nothing = Buffer.alloc(0)
    expect(await scryptByLibsodium(nothing, salt, cost)).toBeNull()
    expect(await scrypt(nothing, salt, cost)).toEqual(scryptSync(nothing, salt, 32, { N: 2_048, r: 8, p: 1 }))
  })

  test('where libsodium cannot be loaded, Node does it', async () => {
    vi.doMock('sodium-native', () => {
      throw new Error('no file for this platform')
    })
    try {
      const cost = { n: 2_048, r: 8, p: 1 }
      expect(await scryptByLibsodium(password, salt, cost)).toBeNull()
      expect(await scrypt(password, salt, cost)).toEqual(byNode(cost))
    } finally {
      vi.doUnmock('sodium-native')
    }
  })
})
