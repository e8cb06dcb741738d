import { describe, expect, test } from 'vitest'

import { signerLight, type LitSigner } from '../../../../src-main/app/views/signer-light'
import type { SignerStatus } from '../../../../src-main/signers/signer'

const signer = (id: string, status: SignerStatus, more: Partial<LitSigner['health']> = {}): LitSigner => ({
  id,
  label: `Signer ${id}`,
  health: { status, locksAtMs: null, lastSuccessMs: null, latencyMs: null, detail: '', ...more },
})
const light = (signers: readonly LitSigner[], ...withOrders: readonly string[]) => {
  const shown = signerLight(signers, () => new Set(withOrders))
  return shown === null ? null : [shown.name, shown.state, shown.detail]
}
const GONE = { lastSuccessMs: 5.4, detail: 'DISCONNECTED: unplugged' }

describe('X1: one light for all signers', () => {
  test('shows the worst of those in use with its reason, wherever in the list it stands', () => {
    expect(light([signer('a', 'ready'), signer('b', 'unavailable', GONE)])).toEqual(['Signer b', 'failing', 'DISCONNECTED: unplugged'])
    expect(light([signer('a', 'ready'), signer('b', 'locked')], 'b')).toEqual(['Signer b', 'off', 'LOCKED'])
    expect(light([signer('b', 'locked'), signer('c', 'unavailable')], 'b', 'c')).toEqual(['Signer c', 'failing', ''])
  })

  test('leaves out what nobody uses now: locked without an order, and what was never there', () => {
    const ready = ['Signer a', 'ok', '']
    expect(light([signer('b', 'locked', { lastSuccessMs: 1 }), signer('a', 'ready')])).toEqual(ready)
    expect(light([signer('b', 'unavailable', { detail: 'DEVICE_NOT_FOUND' }), signer('a', 'ready')])).toEqual(ready)
  })

  test('is that of the first where none is in use, and none without signers', () => {
    expect(light([signer('a', 'locked'), signer('b', 'unavailable')])).toEqual(['Signer a', 'off', 'LOCKED'])
    expect(light([])).toBeNull()
  })

  test('fits what a window takes', () => {
    const shown = signerLight([signer('a', 'unavailable', { ...GONE, detail: 'x'.repeat(500) })], () => new Set())
    expect([shown?.detail.length, shown?.lastSuccessMs]).toEqual([200, 5])
  })
})
