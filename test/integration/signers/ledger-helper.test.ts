import { afterEach, describe, expect, test } from 'vitest'

import { LEDGER_DRIVERS, type LedgerDriver } from '../../../src-main/domain/signer'
import type { Scheduler } from '../../../src-main/lib/clock'
import { systemScheduler } from '../../../src-main/lib/clock'
import { verifySignedTx } from '../../../src-main/signers/verify-signature'
import { makeLedgers } from '../../../src-main/signers/ledger/maker'
import { isDefinitelyUnavailable, type Signer } from '../../../src-main/signers/signer'
import type { VendorHostPort, VendorRequest } from '../../../src-main/signers/vendor-host/protocol'
import { contractTx } from '../../support/signers/contract'
import { forkVendorHost } from '../../support/signers/fork-vendor-host'
import { startLedgerPart, type LedgerPart, type LedgerPartOptions } from '../../support/signers/ledger-part'
import { signerParts } from '../../support/signers/signer-parts'

const never = new AbortController().signal

/** What stands between the app and its helper process: what it may do to a request on its way. */
type Interference = (request: VendorRequest, host: VendorHostPort, answer: (message: unknown) => void) => 'swallow' | 'pass'

interface Rig {
  readonly signer: Signer
  readonly part: LedgerPart
  readonly driver: LedgerDriver
  /** Helper processes that were started, and of those the ones that ended. */
  readonly started: () => number
  readonly ended: () => number
  /** Resolves when so many have ended. */
  allEnded(count: number): Promise<void>
  interfere: Interference
}

let rig: Rig | null = null
afterEach(async () => {
  await rig?.signer.lock()
  await rig?.part.close()
  rig = null
})

async function open(options: LedgerPartOptions & { readonly scheduler?: Scheduler } = {}): Promise<Rig> {
  const { scheduler = systemScheduler, ...device } = options
  const part = await startLedgerPart(device)
  let started = 0
  let ended = 0
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  const spawnVendorHost = (): VendorHostPort => {
    started += 1
    const host = forkVendorHost()
    host.onExit(() => {
      ended += 1
      for (const { count, resolve } of waiting) if (ended >= count) resolve()
    })
    let heard: (message: unknown) => void = () => undefined
    return {
      ...host,
      post: (request) => {
        if (made.interfere(request, host, heard) === 'pass') host.post(request)
      },
      onMessage: (listener) => {
        heard = listener
        host.onMessage(listener)
      },
    }
  }
  const made: Rig = {
    signer: makeLedgers({ answerMs: 20_000, personMs: 1_000 }).create(
      'ledger-1',
      part.address,
      part.config,
      signerParts({}, { spawnVendorHost, scheduler }),
    ),
    part,
    driver: part.config.driver,
    started: () => started,
    ended: () => ended,
    allEnded: (count) => (ended >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve }))),
    interfere: () => 'pass',
  }
  rig = made
  return made
}

const SIGNS = 'ledger-sign-transaction'
/** Does something to the first request of a kind, and lets all others pass. */
function once(op: VendorRequest['op'], what: Interference): Interference {
  let done = false
  return (request, host, answer) => {
    if (request.op !== op || done) return 'pass'
    done = true
    return what(request, host, answer)
  }
}
const dies: Interference = (_request, host) => {
  host.kill()
  return 'swallow'
}
const isSilent: Interference = () => 'swallow'
const answers =
  (message: object): Interference =>
  ({ id }, _host, answer) => {
    answer({ id, ...message })
    return 'swallow'
  }

const codeOf = async (signer: Signer, nonce = 1): Promise<string> => {
  const signed = await signer.signTransaction(contractTx(signer.address, nonce), never)
  return signed.ok ? 'signed' : signed.error.code
}

describe.each(LEDGER_DRIVERS)('D5: the helper process of a Ledger fails, by %s', (driver) => {
  test.each([
    { what: 'it dies when it is to sign', code: 'DISCONNECTED', interfere: once(SIGNS, dies) },
    { what: 'it never answers what it is to sign', code: 'TIMEOUT', interfere: once(SIGNS, isSilent) },
    { what: 'it answers outside the protocol', code: 'BAD_ANSWER', interfere: once(SIGNS, answers({ ok: true, kind: 'signed', r: 'x' })) },
    { what: 'it answers something else', code: 'BAD_ANSWER', interfere: once(SIGNS, answers({ ok: true, kind: 'well' })) },
    {
      what: 'it signs with a key of its own',
      code: 'BAD_ANSWER',
      interfere: once(SIGNS, answers({ ok: true, kind: 'signed', r: 'ab', s: 'cd' })),
    },
  ])('D5: $what: $code, so that no other signer steps in, and the next is signed by a fresh one', async ({ code, interfere }) => {
    const opened = await open({ driver })
    opened.interfere = interfere
    const failed = await codeOf(opened.signer)
    expect(failed).toBe(code)
    expect(isDefinitelyUnavailable(code as never)).toBe(false)
    expect(await codeOf(opened.signer, 2)).toBe('signed')
    expect(opened.started()).toBe(2)
  })

  test('D5: it dies while the person reads: it may have been signed', async () => {
    const opened = await open({ driver, state: { person: 'wait' } })
    let host: VendorHostPort | null = null
    opened.interfere = (_request, its) => {
      host = its
      return 'pass'
    }
    const signing = codeOf(opened.signer)
    await opened.part.device.asking()
    host!.kill()
    expect(await signing).toBe('DISCONNECTED')
    opened.part.device.press('reject')
    opened.part.device.state.person = 'approve'
    expect(await codeOf(opened.signer, 2)).toBe('signed')
    expect(opened.started()).toBe(2)
  })

  test.each(['ledger-open', 'ledger-app', 'ledger-blind', 'ledger-address'] as const)(
    'D5: it dies at %s: nothing was to be signed yet, and nothing was',
    async (op) => {
      const opened = await open({ driver })
      opened.interfere = once(op, dies)
      expect(await codeOf(opened.signer)).toBe('UNAVAILABLE')
      expect(opened.part.device.signingCommands()).toBe(0)
    },
  )
})

describe('D5: helper processes of Ledgers', () => {
  test('D5: none before the first use, one for one request after the other, and none after locking', async () => {
    const opened = await open()
    await opened.signer.check?.(never)
    expect(opened.started()).toBe(0)
    for (const nonce of [1, 2]) {
      const tx = contractTx(opened.signer.address, nonce)
      const signed = await opened.signer.signTransaction(tx, never)
      expect(signed.ok && verifySignedTx(signed.value, tx).ok).toBe(true)
    }
    expect([opened.started(), opened.ended()]).toEqual([1, 0])
    await opened.signer.lock()
    await opened.allEnded(1)
    expect(await codeOf(opened.signer, 3)).toBe('signed')
    expect(opened.started()).toBe(2)
  })

  test('D5: given up: the one that asked the device ends before the next request is let to it', async () => {
    const opened = await open({ state: { person: 'wait' } })
    const giveUp = new AbortController()
    const first = opened.signer.signTransaction(contractTx(opened.signer.address, 1), giveUp.signal)
    await opened.part.device.asking()
    giveUp.abort()
    const endedAtStart: number[] = []
    opened.interfere = ({ op }) => {
      if (op === 'ledger-open') endedAtStart.push(opened.ended())
      return 'pass'
    }
    opened.part.device.state.person = 'approve'
    const second = codeOf(opened.signer, 2)
    expect(await first).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } })
    opened.part.device.press('reject')
    expect(await second).toBe('signed')
    expect(endedAtStart).toEqual([1])
  })

  test('D5: one that rests long enough ends by itself', async () => {
    const resting: (() => void)[] = []
    const scheduler: Scheduler = {
      after: (delayMs, task) => {
        if (delayMs < 60_000) return systemScheduler.after(delayMs, task)
        resting.push(task)
        return () => void resting.splice(resting.indexOf(task), 1)
      },
    }
    const opened = await open({ scheduler })
    expect(await codeOf(opened.signer, 1)).toBe('signed')
    expect(await codeOf(opened.signer, 2)).toBe('signed')
    expect(resting).toHaveLength(1)
    resting[0]!()
    await opened.allEnded(1)
    expect(await codeOf(opened.signer, 3)).toBe('signed')
    expect(opened.started()).toBe(2)
  })

  test('D5: where none can be started nothing is signed', async () => {
    const part = await startLedgerPart()
    const signer = makeLedgers().create('ledger-1', part.address, part.config, signerParts({}))
    expect(await codeOf(signer)).toBe('UNAVAILABLE')
    await part.close()
  })
})
