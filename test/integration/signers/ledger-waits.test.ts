import { afterEach, describe, expect, test } from 'vitest'

import { LEDGER_DRIVERS, type LedgerDriver, type UserInteraction } from '../../../src-main/domain/signer'
import { systemScheduler, type Scheduler } from '../../../src-main/lib/clock'
import { makeLedgers } from '../../../src-main/signers/ledger/maker'
import { LOOK_AGAIN_MS } from '../../../src-main/signers/ledger/until-ready'
import type { Signer } from '../../../src-main/signers/signer'
import { verifySignedTx } from '../../../src-main/signers/verify-signature'
import { CONTRACT_TYPED_DATA, contractTx } from '../../support/signers/contract'
import { forkVendorHost } from '../../support/signers/fork-vendor-host'
import { startLedgerPart, type LedgerPart, type LedgerPartOptions } from '../../support/signers/ledger-part'
import { signerParts } from '../../support/signers/signer-parts'

const PERSON_MS = 90_000
const never = new AbortController().signal

/** A device and a person in front of it, whose time is over only when a test says so; the pauses between two looks are short. */
interface Bench {
  readonly part: LedgerPart
  readonly signer: Signer
  readonly another: (id: string) => Signer
  discover(signal: AbortSignal, tell: Tell): Promise<unknown>
  verify(signal: AbortSignal, tell: Tell): Promise<unknown>
  /** The person's time is over. */
  runOut(): void
  /** Waited for before it is looked again, with how often that was. */
  beforeLook: (count: number) => unknown
}
type Tell = (required: UserInteraction) => void

let bench: Bench | null = null
afterEach(async () => {
  await bench?.signer.lock()
  await bench?.part.close()
  bench = null
})

async function open(options: LedgerPartOptions): Promise<Bench> {
  const part = await startLedgerPart(options)
  const persons = new Set<() => void>()
  let looks = 0
  const scheduler: Scheduler = {
    after: (delayMs, task) => {
      if (delayMs === PERSON_MS) {
        persons.add(task)
        return () => void persons.delete(task)
      }
      if (delayMs !== LOOK_AGAIN_MS) return systemScheduler.after(delayMs, task)
      return systemScheduler.after(1, () => void Promise.resolve(made.beforeLook((looks += 1))).then(task))
    },
  }
  const maker = makeLedgers({ answerMs: 20_000, personMs: PERSON_MS })
  const parts = signerParts({}, { spawnVendorHost: () => forkVendorHost(), scheduler })
  const another = (id: string): Signer => maker.create(id, part.address, part.config, parts)
  const made: Bench = {
    part,
    signer: another('ledger-1'),
    another,
    discover: (signal, tell) => maker.discover(part.config, parts, signal, tell),
    verify: (signal, tell) => maker.verifyAddress!(part.config, part.address, parts, signal, tell),
    runOut: () => {
      for (const task of [...persons]) task()
    },
    beforeLook: () => undefined,
  }
  return (bench = made)
}

/** Notes what is told, and has something done about it. */
function person(acts: Partial<Record<UserInteraction, () => void | Promise<void>>> = {}) {
  const told: UserInteraction[] = []
  const tell: Tell = (required) => {
    told.push(required)
    void acts[required]?.()
  }
  return { told, tell }
}

const NOT_READY = [
  { what: 'locked', state: { locked: true }, told: 'unlock-device', ready: { locked: false }, code: 'DEVICE_LOCKED' },
  { what: 'on its dashboard', state: { app: 'BOLOS' }, told: 'open-app', ready: { app: 'Ethereum' }, code: 'WRONG_APP' },
  { what: 'in another app', state: { app: 'Bitcoin' }, told: 'open-app', ready: { app: 'Ethereum' }, code: 'WRONG_APP' },
] as const

async function signed({ signer }: Bench, tell: Tell, signal = never): Promise<string> {
  const tx = contractTx(signer.address, 1)
  const answer = await signer.signTransaction(tx, signal, tell)
  if (!answer.ok) return answer.error.code
  return verifySignedTx(answer.value, tx).ok ? 'signed' : 'another'
}

describe.each(LEDGER_DRIVERS satisfies readonly LedgerDriver[])('D5: a Ledger that is not ready, by %s', (driver) => {
  test.each(NOT_READY)(
    'D5: $what: the person is told once, it is looked again, and what was asked is signed',
    async ({ state, told, ready }) => {
      const opened = await open({ driver, state })
      // Not at once: it is looked in vain a few times.
      opened.beforeLook = (count) => {
        if (count === 3) Object.assign(opened.part.device.state, ready)
      }
      const before = person()
      expect(await signed(opened, before.tell)).toBe('signed')
      expect(before.told).toEqual([told, 'confirm-on-device', 'none'])
      expect(opened.part.device.signingCommands()).toBe(1)
      expect(opened.signer.health()).toMatchObject({ status: 'ready', detail: '' })
    },
  )

  test.each(NOT_READY)(
    'D5: $what until the time is over: $code as ever, and nothing was asked to sign',
    async ({ state, told, ready, code }) => {
      const opened = await open({ driver, state })
      opened.beforeLook = (count) => {
        if (count === 3) opened.runOut()
      }
      const before = person()
      expect(await signed(opened, before.tell)).toBe(code)
      expect(before.told).toEqual([told, 'none'])
      Object.assign(opened.part.device.state, ready)
      expect(opened.part.device.signingCommands()).toBe(0)
      expect(await signed(opened, before.tell)).toBe('signed')
    },
  )

  test('D5: locked, then on its dashboard, then gone for a moment as its app opens: told each in turn, and signed', async () => {
    const opened = await open({ driver, state: { locked: true, app: 'BOLOS' } })
    const { device, plug } = opened.part
    const opening = () => {
      const steps = [
        () => plug.unplug(),
        () => undefined,
        () => {
          device.state.app = 'Ethereum'
          return plug.plug()
        },
      ]
      opened.beforeLook = () => steps.shift()?.()
    }
    const before = person({ 'unlock-device': () => void (device.state.locked = false), 'open-app': opening })
    expect(await signed(opened, before.tell)).toBe('signed')
    expect(before.told).toEqual(['unlock-device', 'open-app', 'confirm-on-device', 'none'])
  })
})

describe('D5: waiting for a person at a Ledger', () => {
  test.each([
    { what: 'given up', end: (giveUp: AbortController) => giveUp.abort() },
    { what: 'locked by the app', end: (_: AbortController, { signer }: Bench) => void signer.lock() },
  ])('D5: $what while it waits: over at once, nothing was asked to sign, and the next one in line has the device', async ({ end }) => {
    const opened = await open({ state: { locked: true } })
    // The pause is never over by itself.
    opened.beforeLook = () => new Promise(() => undefined)
    const giveUp = new AbortController()
    const waiting = person({ 'unlock-device': () => end(giveUp, opened) })
    const first = signed(opened, waiting.tell, giveUp.signal)
    const next = opened.another('ledger-2').signTransaction(contractTx(opened.signer.address, 2), never, () => {
      opened.beforeLook = () => undefined
      opened.part.device.state.locked = false
    })
    expect(await first).toBe('DEVICE_LOCKED')
    expect(waiting.told).toEqual(['unlock-device', 'none'])
    expect((await next).ok).toBe(true)
    expect(opened.part.device.signingCommands()).toBe(1)
  })

  test('D5: whoever cannot be told is not waited for', async () => {
    const opened = await open({ state: { locked: true } })
    expect(await opened.signer.signTransaction(contractTx(opened.signer.address, 1), never)).toMatchObject({
      ok: false,
      error: { code: 'DEVICE_LOCKED' },
    })
  })

  test('X1: a device that is not there is not waited for when something is to be signed: another signer may step in', async () => {
    const opened = await open({})
    await opened.part.plug.unplug()
    const { told, tell } = person()
    expect(await signed(opened, tell)).toBe('DEVICE_NOT_FOUND')
    expect(told).toEqual(['none'])
  })

  test('X1: nor one that was there and is taken away for good', async () => {
    const opened = await open({ state: { locked: true } })
    const { told, tell } = person({ 'unlock-device': () => opened.part.plug.unplug() })
    expect(await signed(opened, tell)).toBe('DEVICE_NOT_FOUND')
    expect(told).toEqual(['unlock-device', 'none'])
  })

  test('X1: a look at the health neither waits nor asks, and is not held by who waits', async () => {
    const opened = await open({ state: { locked: true } })
    const giveUp = new AbortController()
    const looked = new Promise((resolve) => {
      const { tell } = person({ 'unlock-device': async () => resolve(await opened.signer.check?.(never)) })
      void signed(opened, tell, giveUp.signal)
    })
    expect(await looked).toMatchObject({ status: 'ready' })
    giveUp.abort()
  })

  test('D5: blind signing off: told nothing but to confirm, and refused as ever', async () => {
    const opened = await open({ state: { blindSigning: false } })
    const { told, tell } = person()
    expect(await signed(opened, tell)).toBe('BLIND_SIGNING_OFF')
    expect(told).toEqual(['confirm-on-device', 'none'])
  })

  test('D5: locked by the time it is to sign: it was asked, so it is not asked again', async () => {
    const opened = await open({ driver: 'ledgerjs' })
    const { device } = opened.part
    const { told, tell } = person({ 'confirm-on-device': () => void (device.state.locked = true) })
    expect(await signed(opened, tell)).toBe('DEVICE_LOCKED')
    expect(told).toEqual(['confirm-on-device', 'none'])
    expect(device.signingCommands()).toBe(1)
  })

  test('D5: typed data waits likewise', async () => {
    const opened = await open({ state: { locked: true } })
    const { told, tell } = person({ 'unlock-device': () => void (opened.part.device.state.locked = false) })
    expect((await opened.signer.signTypedData?.(CONTRACT_TYPED_DATA, never, tell))?.ok).toBe(true)
    expect(told).toEqual(['unlock-device', 'confirm-on-device', 'none'])
  })
})

describe.each(LEDGER_DRIVERS)('D5: a Ledger that is not ready at set-up, by %s', (driver) => {
  test('D5: nothing connected: told to connect, to unlock and to open the app, and the accounts are found', async () => {
    const opened = await open({ driver, state: { locked: true, app: 'BOLOS' } })
    const { device, plug } = opened.part
    await plug.unplug()
    const { told, tell } = person({
      'connect-device': () => plug.plug(),
      'unlock-device': () => void (device.state.locked = false),
      'open-app': () => void (device.state.app = 'Ethereum'),
    })
    expect(await opened.discover(never, tell)).toMatchObject({ ok: true })
    expect(told).toEqual(['connect-device', 'unlock-device', 'open-app', 'none'])
  })

  test('D5: to show its address likewise', async () => {
    const opened = await open({ driver, state: { locked: true } })
    const { device, plug } = opened.part
    await plug.unplug()
    const { told, tell } = person({ 'connect-device': () => plug.plug(), 'unlock-device': () => void (device.state.locked = false) })
    expect(await opened.verify(never, tell)).toEqual({ ok: true, value: undefined })
    expect(told).toEqual(['connect-device', 'unlock-device', 'verify-address', 'none'])
    expect(device.deviceScreens()).toContainEqual({ title: 'Address', value: opened.part.address })
  })

  test('D5: never connected, or stopped: over, with the same failure as ever', async () => {
    const opened = await open({ driver })
    await opened.part.plug.unplug()
    const stop = new AbortController()
    const stopped = person({ 'connect-device': () => stop.abort() })
    expect(await opened.discover(stop.signal, stopped.tell)).toMatchObject({ ok: false, error: { code: 'DEVICE_NOT_FOUND' } })
    opened.beforeLook = () => opened.runOut()
    const patient = person()
    expect(await opened.verify(never, patient.tell)).toMatchObject({ ok: false, error: { code: 'DEVICE_NOT_FOUND' } })
    expect([stopped.told, patient.told]).toEqual([
      ['connect-device', 'none'],
      ['connect-device', 'none'],
    ])
  })
})
