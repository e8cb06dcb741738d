import { describe, expect, test } from 'vitest'

import { dependantsOf, locksEverybodyOut } from '../../../../src-main/app/views/signer-dependants'
import type { OpenEnvironment } from '../../../../src-main/app/compose/compose-environment'
import type { SignerEntry } from '../../../../src-main/app/compose/signers/signer-service'
import type { AppContext } from '../../../../src-main/app/context'

const ADDRESS = '0x71C7656EC7ab88b098defB751B7401B5f6d8976F'
const OTHER = '0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B'
const NOW_MS = 1_000_000
const ALL = ['activate', 'deactivate', 'maintenance']
const ledger = (id: string, address = ADDRESS) =>
  ({ id, address, kind: 'ledger', attended: true, signsTypedData: true }) as unknown as SignerEntry
const person = (name: string, device: string | null, more: object = {}) => ({
  name,
  totp: null,
  device: device === null ? null : { address: device },
  expiresAtMs: null,
  revokedAtMs: null,
  ...more,
})
const key = (more: object = {}) => ({ id: 'k1', permissions: ALL, expiresAtMs: null, revokedAtMs: null, ...more })

function asked(people: readonly object[], keys: readonly object[] = [key()], signers = [ledger('one')]) {
  const context = {
    clock: { wallMs: () => NOW_MS },
    people: { operators: { body: () => ({ operators: people }) }, recoveryKeys: { standing: () => keys } },
  } as unknown as AppContext
  const environment = { signers: { list: () => signers }, engine: { journal: { open: () => [] } } } as unknown as OpenEnvironment
  const dependants = dependantsOf(context, environment, signers[0]!)
  return {
    names: dependants.people.map(({ name }) => name),
    onlyKeysLeft: dependants.onlyKeysLeft,
    out: locksEverybodyOut(context, dependants),
  }
}

describe('B6: people whose second factor a signer is', () => {
  test('are named by address, however it is written; those out or over are not', () => {
    const people = [
      person('Ada', ADDRESS.toLowerCase()),
      person('Bob', OTHER),
      person('Eve', ADDRESS, { revokedAtMs: 5 }),
      person('Max', ADDRESS, { expiresAtMs: NOW_MS }),
    ]
    expect(asked(people)).toEqual({ names: ['Ada'], onlyKeysLeft: true, out: false })
  })

  test('lose nothing while another signer of the address confirms, and something where the other signs by itself', () => {
    expect(asked([person('Ada', ADDRESS)], [key()], [ledger('one'), ledger('two')]).names).toEqual([])
    const byItself = { ...ledger('two'), attended: false } as SignerEntry
    expect(asked([person('Ada', ADDRESS)], [key()], [ledger('one'), byItself]).names).toEqual(['Ada'])
  })

  test.each([
    ['an authenticator', person('Ada', ADDRESS, { totp: {} })],
    ['a password alone', person('Bob', null)],
  ])('are not the last while somebody can show who they are by %s', (_what, other) => {
    expect(asked([person('Zoe', ADDRESS), other])).toMatchObject({ onlyKeysLeft: false, out: false })
  })

  test.each([
    ['there is none', []],
    ['it has ended', [key({ expiresAtMs: NOW_MS })]],
  ])('are not locked out by it: it stays where no recovery key counts, for %s', (_what, keys) => {
    expect(asked([person('Ada', ADDRESS)], keys).out).toBe(true)
    expect(asked([person('Bob', null)], keys).out).toBe(false)
  })
})
