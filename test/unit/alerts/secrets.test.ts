import { expect, test } from 'vitest'

import { inForce, newSecret, openSecret, OVERLAP_MS, rotated, sealSecret } from '../../../src-main/alerts/secrets'
import { MOST_SECRETS, type SealedSecret } from '../../../src-main/alerts/settings'
import { systemRandom } from '../../../src-main/app/random'
import { memoryVault } from '../../support/app/vault'

const vault = memoryVault()
const seal = async (): Promise<SealedSecret> => {
  const sealed = await sealSecret(vault, newSecret(systemRandom), 0)
  if (!sealed.ok) throw new Error(sealed.error)
  return sealed.value
}

test('X7: a secret is 32 random bytes that only the keychain keeps', async () => {
  const secret = newSecret(systemRandom)
  expect(secret).toHaveLength(32)
  const sealed = await sealSecret(vault, secret, 5)
  if (!sealed.ok) throw new Error(sealed.error)
  expect(JSON.stringify(sealed.value)).not.toContain(secret.toString('base64'))
  expect(await openSecret(vault, sealed.value)).toEqual({ ok: true, value: secret })
})

test('X7: without a keychain there is no secret; from another keychain comes none that is used', async () => {
  const gone = memoryVault()
  gone.available = false
  expect(await sealSecret(gone, newSecret(systemRandom), 0)).toEqual({ ok: false, error: 'NO_KEYCHAIN' })
  expect(await openSecret(memoryVault(), await seal())).toEqual({ ok: false, error: 'UNREADABLE' })
})

test('X7: after a rotation the secret before it signs on for a day, and no longer', async () => {
  const [first, second] = [await seal(), await seal()]
  const both = rotated([first], second, 1_000)
  const names = (nowMs: number) => inForce(both, nowMs).map(({ fingerprint }) => fingerprint)
  expect(names(1_000)).toEqual([second.fingerprint, first.fingerprint])
  expect(names(1_000 + OVERLAP_MS - 1)).toEqual([second.fingerprint, first.fingerprint])
  expect(names(1_000 + OVERLAP_MS)).toEqual([second.fingerprint])
})

test('X7: rotating again gives no earlier secret a longer life, and never keeps more than a few', async () => {
  const [first, second, third, fourth] = [await seal(), await seal(), await seal(), await seal()]
  const twice = rotated(rotated([first], second, 0), third, 10)
  expect(twice.map(({ fingerprint, retiresAtMs }) => [fingerprint, retiresAtMs])).toEqual([
    [third.fingerprint, null],
    [second.fingerprint, 10 + OVERLAP_MS],
    [first.fingerprint, OVERLAP_MS],
  ])
  expect(rotated(twice, fourth, 20)).toHaveLength(MOST_SECRETS)
})
