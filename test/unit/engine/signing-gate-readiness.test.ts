import { expect, test } from 'vitest'

import { SIGNING_PURPOSES } from '../../../src-main/domain/guard'
import type { GuardTable } from '../../../src-main/guards/guard-table'
import { SigningGate, type SigningGateParts } from '../../../src-main/engine/signing-gate'
import type { Signer, SignerStatus } from '../../../src-main/signers/signer'

const never = (): never => {
  throw new Error('not asked here')
}

function readiness(signer: { readonly status: SignerStatus; readonly attended: boolean } | null): string {
  const parts: SigningGateParts = {
    signerOf: () =>
      signer === null
        ? null
        : ({
            id: 'one',
            kind: signer.attended ? 'ledger' : 'remote',
            address: '',
            attended: signer.attended,
            signTransaction: never,
            lock: never,
            health: () => ({ status: signer.status, lastSuccessMs: null, latencyMs: null, locksAtMs: null, detail: '' }),
          } satisfies Signer),
    guards: Object.fromEntries(SIGNING_PURPOSES.map((purpose) => [purpose, []])) as unknown as GuardTable,
    runGuards: never,
    verify: never,
    audit: { append: never, anchorNow: never },
    recordAnyway: never,
    breakers: { views: never, record: never, acquireProbes: never, releaseProbes: never, probes: never },
    scheduler: { after: never },
    timeoutMs: 1,
  }
  return new SigningGate(parts).readiness('one')
}

test('D5: what a person must confirm on a device is never asked for by itself, whether the device has been seen or not', () => {
  expect(readiness({ status: 'ready', attended: true })).toBe('attended')
  expect(readiness({ status: 'unavailable', attended: true })).toBe('attended')
  expect(readiness({ status: 'locked', attended: true })).toBe('locked')
})

test('X1: of all others it tells how they are', () => {
  for (const status of ['ready', 'locked', 'unavailable'] as const) expect(readiness({ status, attended: false })).toBe(status)
  expect(readiness(null)).toBe('unavailable')
})
