import { beforeEach, expect, test } from 'vitest'

import { FIRST_LOOK_MS, LOOK_EVERY_MS, LOOK_MS, SignerWatch } from '../../../../../src-main/app/compose/signers/signer-watch'
import type { SignerEntry } from '../../../../../src-main/app/compose/signers/signer-service'
import type { AuditFact } from '../../../../../src-main/domain/audit-event'
import type { SignerStatus } from '../../../../../src-main/signers/signer'
import { FakeClock } from '../../../../support/fake-clock'

const ADDRESS = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const OTHER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

/** A signer whose next look shows what the test says. */
interface Part {
  entry: SignerEntry
  next: SignerStatus | 'hangs' | 'throws'
  detail: string
  looks: number
}

let clock: FakeClock
let parts: Map<string, Part>
let facts: AuditFact[]
let fed: string[]
let faults: string[]
let changes: number
let unsettled: (() => void)[]
let recordFails: boolean
let watch: SignerWatch

function add(
  id: string,
  { address = ADDRESS, attended = false, next = 'ready' }: { address?: string; attended?: boolean; next?: Part['next'] } = {},
): Part {
  const health = { status: 'unavailable', lastSuccessMs: null, latencyMs: null, locksAtMs: null, detail: '' } as const
  const config = { kind: 'env_private_key', variable: 'KEY' } as const
  const entry = { id, kind: config.kind, label: id, address, health, checkedAtMs: null, attended, signsTypedData: false, turn: 1, config }
  const part: Part = { entry, next, detail: 'UNAVAILABLE: nobody answers', looks: 0 }
  parts.set(id, part)
  return part
}
const turn = (part: Part, status: SignerStatus) => {
  part.entry = { ...part.entry, health: { ...part.entry.health, status, detail: status === 'unavailable' ? part.detail : '' } }
}

beforeEach(() => {
  clock = new FakeClock()
  parts = new Map()
  facts = []
  fed = []
  faults = []
  changes = 0
  unsettled = []
  recordFails = false
  watch = new SignerWatch({
    signers: {
      list: () => [...parts.values()].map(({ entry }) => entry),
      get: (id) => parts.get(id)?.entry ?? null,
      check: async (id) => {
        const part = parts.get(id)
        if (part === undefined) return null
        part.looks += 1
        if (part.next === 'hangs') await new Promise<void>((resolve) => unsettled.push(resolve))
        else if (part.next === 'throws') throw new Error('a defect')
        else turn(part, part.next)
        return part.entry
      },
    },
    audit: {
      append: (fact) => {
        if (recordFails) throw new Error('the disk is full')
        return { seq: facts.push(fact), hashHex: '' }
      },
    },
    breakers: { record: (id, outcome, detail) => fed.push(`${id} ${outcome}${detail === undefined ? '' : `: ${detail.why}`}`) },
    scheduler: clock,
    onChange: () => (changes += 1),
    onFault: (what) => faults.push(what),
  })
  watch.start()
})

const firstRound = () => clock.advance(FIRST_LOOK_MS)
const nextRound = () => clock.advance(LOOK_EVERY_MS)

test('X1: a signer that was ready and is not any more feeds the signer breaker once, and is on record', async () => {
  const hsm = add('HSM')
  await firstRound()
  hsm.next = 'unavailable'
  await nextRound()
  await nextRound()
  expect(fed).toEqual(['signer failure: not available: HSM'])
  expect(facts).toHaveLength(1)
  expect(facts[0]).toMatchObject({
    type: 'SignerHealthChanged',
    severity: 'high',
    subject: 'HSM',
    data: { from: 'ready', to: 'unavailable', code: 'UNAVAILABLE' },
  })
  expect(changes).toBe(3)
})

test('X1: its coming back ends the count that its absence began', async () => {
  const hsm = add('HSM')
  await firstRound()
  hsm.next = 'unavailable'
  await nextRound()
  hsm.next = 'ready'
  await nextRound()
  expect(fed).toEqual(['signer failure: not available: HSM', 'signer success'])
  expect(facts.map(({ severity }) => severity)).toEqual(['high', 'info'])
})

test('X1: what was never ready in this run says nothing to the breaker', async () => {
  add('HSM', { next: 'unavailable' })
  await firstRound()
  await nextRound()
  expect([fed, facts]).toEqual([[], []])
})

test('X1: while another signer of the address is ready the breaker hears nothing; when the last one goes it does', async () => {
  const first = add('first')
  const second = add('second')
  await firstRound()
  first.next = 'unavailable'
  await nextRound()
  expect(fed).toEqual([])
  expect(facts).toHaveLength(1)
  second.next = 'unavailable'
  await nextRound()
  expect(fed).toEqual(['signer failure: not available: second'])
})

test('X1: a ready signer of another address stands in for nobody', async () => {
  const one = add('one')
  add('other', { address: OTHER })
  await firstRound()
  one.next = 'unavailable'
  await nextRound()
  expect(fed).toHaveLength(1)
})

test('X1: a network that is gone for a minute is one failure, however many signers are behind it', async () => {
  const all = [add('one'), add('two', { address: OTHER })]
  await firstRound()
  for (const part of all) part.next = 'unavailable'
  await nextRound()
  expect(fed).toEqual(['signer failure: not available: one, two'])
})

test('X1: what a failed signature has shown already is not counted a second time', async () => {
  const hsm = add('HSM')
  await firstRound()
  turn(hsm, 'unavailable')
  hsm.next = 'unavailable'
  await nextRound()
  expect(fed).toEqual([])
  expect(facts).toHaveLength(1)
  hsm.next = 'ready'
  await nextRound()
  expect(fed, 'nor is its end').toEqual([])
})

test('X1: a device that is unplugged is no failure', async () => {
  const ledger = add('Ledger', { attended: true })
  await firstRound()
  ledger.next = 'unavailable'
  await nextRound()
  expect(fed).toEqual([])
  expect(facts[0]).toMatchObject({ severity: 'info', data: { attended: 'true' } })
})

test('X1: a signer is never looked at twice at once, and one that hangs does not keep the others from being looked at', async () => {
  const hangs = add('hangs', { next: 'hangs' })
  const other = add('other', { address: OTHER })
  await firstRound()
  expect(other.looks).toBe(0)
  await clock.advance(LOOK_MS)
  expect([hangs.looks, other.looks]).toEqual([1, 1])
  await nextRound()
  expect([hangs.looks, other.looks]).toEqual([1, 2])
  unsettled.shift()?.()
  await nextRound()
  expect(hangs.looks).toBe(2)
})

test('X1: a look that throws is reported and looked again; a record that cannot be written keeps nothing from the breaker', async () => {
  const hsm = add('HSM', { next: 'throws' })
  await firstRound()
  expect(faults).toEqual(['looking at signer HSM'])
  hsm.next = 'ready'
  await nextRound()
  hsm.next = 'unavailable'
  recordFails = true
  await nextRound()
  expect(fed).toHaveLength(1)
  expect(faults[1]).toBe('recording the health of signer HSM')
})

test('X1: after it was stopped nothing is looked at any more, also not the rest of a round', async () => {
  add('hangs', { next: 'hangs' })
  const other = add('other', { address: OTHER })
  await firstRound()
  watch.stop()
  await clock.advance(10 * LOOK_EVERY_MS)
  expect(other.looks).toBe(0)
  expect(clock.pendingTasks).toBe(0)
})

test('X1: a signer that was taken out meanwhile is forgotten', async () => {
  add('hangs', { next: 'hangs' })
  const other = add('other')
  await firstRound()
  parts.delete('other')
  await clock.advance(LOOK_MS)
  expect(other.looks).toBe(0)
  expect([fed, faults]).toEqual([[], []])
})
