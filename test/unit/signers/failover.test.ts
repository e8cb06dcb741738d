import { beforeEach, expect, test } from 'vitest'

import { err, ok, type Result } from '../../../src-main/lib/result'
import { FailoverSigner } from '../../../src-main/signers/failover'
import {
  SIGNER_FAILURE_CODES,
  type Signer,
  type SignerFailure,
  type SignerFailureCode,
  type SignerStatus,
} from '../../../src-main/signers/signer'
import type { Hex } from '../../../src-main/domain/evm'
import { CONTRACT_TYPED_DATA, contractTx } from '../../support/signers/contract'

const ADDRESS = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const TX = contractTx(ADDRESS, 1)
const never = new AbortController().signal
/** The only failures after which it is certain that nothing was signed, and that this signer cannot. */
const STEPS_IN: readonly SignerFailureCode[] = ['UNAVAILABLE', 'KEY_NOT_FOUND', 'NOT_INSTALLED', 'SECRET_UNAVAILABLE', 'DEVICE_NOT_FOUND']

/** After all others the answer stands. */
const ENDS_IT = SIGNER_FAILURE_CODES.filter((code) => !STEPS_IN.includes(code))

let order: string[]
beforeEach(() => {
  order = []
})

function signer(
  id: string,
  answer: Result<Hex, SignerFailureCode> = ok<Hex>(`0x${id}`),
  more: Partial<Signer> & { status?: SignerStatus } = {},
): Signer {
  const { status = 'ready', ...rest } = more
  const said: Result<Hex, SignerFailure> = answer.ok ? answer : err({ code: answer.error, detail: '' })
  return {
    id,
    kind: 'remote',
    address: ADDRESS,
    signTransaction: () => {
      order.push(`asks ${id}`)
      return Promise.resolve(said)
    },
    health: () => ({ status, lastSuccessMs: null, latencyMs: null, locksAtMs: null, detail: '' }),
    lock: () => {
      order.push(`locks ${id}`)
      return Promise.resolve()
    },
    ...rest,
  }
}
const failover = (...inTurn: Signer[]) =>
  new FailoverSigner(inTurn, (from, to, why) => {
    order.push(`records ${from.id} > ${to.id}: ${why}`)
  })

test('X1: the next signer is asked when the one before certainly did not sign, and the switch is on record before', async () => {
  const signed = await failover(signer('aa', err('UNAVAILABLE')), signer('bb')).signTransaction(TX, never)
  expect(signed).toEqual(ok('0xbb'))
  expect(order).toEqual(['asks aa', 'records aa > bb: UNAVAILABLE', 'asks bb'])
})

test('X1: in the configured order, to the end of it', async () => {
  const signed = await failover(signer('aa', err('UNAVAILABLE')), signer('bb', err('NOT_INSTALLED')), signer('cc')).signTransaction(
    TX,
    never,
  )
  expect(signed).toEqual(ok('0xcc'))
  expect(order.filter((step) => step.startsWith('asks'))).toEqual(['asks aa', 'asks bb', 'asks cc'])
  expect(await failover(signer('aa', err('UNAVAILABLE')), signer('bb', err('UNAVAILABLE'))).signTransaction(TX, never)).toMatchObject({
    ok: false,
    error: { code: 'UNAVAILABLE' },
  })
})

test.each(ENDS_IT)('X1: after %s nobody else is asked: it may have signed, or somebody said no', async (code) => {
  const answer = await failover(signer('aa', err(code)), signer('bb')).signTransaction(TX, never)
  expect(answer).toMatchObject({ ok: false, error: { code } })
  expect(order).toEqual(['asks aa'])
})

test.each(STEPS_IN)('X1: after %s the next is asked', async (code) => {
  expect(await failover(signer('aa', err(code)), signer('bb')).signTransaction(TX, never)).toEqual(ok('0xbb'))
})

test('X1: a switch that cannot be recorded asks nobody', async () => {
  const broken = new FailoverSigner([signer('aa', err('UNAVAILABLE')), signer('bb')], () => {
    throw new Error('the disk is full')
  })
  await expect(broken.signTransaction(TX, never)).rejects.toThrow('the disk is full')
  expect(order).toEqual(['asks aa'])
})

test('X1: a request that was given up meanwhile is not taken to the next', async () => {
  const abort = new AbortController()
  const gone = signer('aa', err('UNAVAILABLE'), {
    signTransaction: () => {
      abort.abort()
      return Promise.resolve(err({ code: 'UNAVAILABLE', detail: '' }))
    },
  })
  expect(await failover(gone, signer('bb')).signTransaction(TX, abort.signal)).toMatchObject({ ok: false })
  expect(order).toEqual([])
})

test('X1: typed data goes the same way; a signer that cannot sign it is no reason to ask another', async () => {
  const signs = signer('bb', undefined, { signTypedData: () => Promise.resolve(ok('0xtyped')) })
  const gone = signer('aa', undefined, { signTypedData: () => Promise.resolve(err({ code: 'UNAVAILABLE', detail: '' })) })
  expect(await failover(gone, signs).signTypedData(CONTRACT_TYPED_DATA, never)).toEqual(ok('0xtyped'))
  expect(await failover(signer('aa'), signs).signTypedData(CONTRACT_TYPED_DATA, never)).toMatchObject({ error: { code: 'NOT_SUPPORTED' } })
})

test('X1: health and attendance are those of the one that would sign now', () => {
  const device = signer('aa', undefined, { status: 'unavailable', attended: true })
  expect(failover(device, signer('bb')).attended).toBe(false)
  expect(failover(signer('aa', undefined, { attended: true }), signer('bb')).attended).toBe(true)
  expect(failover(device, signer('bb', undefined, { status: 'locked' })).health().status).toBe('locked')
})

test('X1: locking locks all of them', async () => {
  await failover(signer('aa'), signer('bb')).lock()
  expect(order).toEqual(['locks aa', 'locks bb'])
})

test('X1: signers of different addresses never stand in for each other', () => {
  expect(() => failover(signer('aa'), { ...signer('bb'), address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' })).toThrow()
  expect(() => failover()).toThrow()
})
