import { afterEach, describe, expect, test } from 'vitest'

import { LEDGER_DRIVERS } from '../../../src-main/domain/signer'
import type { SignerFailureCode } from '../../../src-main/signers/signer'
import { DeviceKeys } from '../../support/ledger-emulator/keys'
import { CONTRACT_TYPED_DATA, contractTx, throughGate } from '../../support/signers/contract'
import { PART_PATH, type LedgerPart, type LedgerPartOptions } from '../../support/signers/ledger-part'
import { openLedgerRig, type LedgerRig } from '../../support/signers/ledger-rig'
import { OTHER_KEY } from '../../support/app/bench-chain'

interface Scenario {
  readonly what: string
  readonly code: SignerFailureCode
  /** How often the device may be asked to sign. */
  readonly asked: 0 | 1
  /** Whether it says something about the signer's soundness. */
  readonly isFault: boolean
  readonly arrange: (part: LedgerPart) => void | Promise<void>
  /** What happens once the device asks the person. */
  readonly whenAsked?: (part: LedgerPart) => void | Promise<void>
}

const SCENARIOS: readonly Scenario[] = [
  { what: 'the person rejects', code: 'REJECTED_BY_USER', asked: 1, isFault: false, arrange: set({ person: 'reject' }) },
  { what: 'the device is locked', code: 'DEVICE_LOCKED', asked: 0, isFault: false, arrange: set({ locked: true }) },
  { what: 'the dashboard is open', code: 'WRONG_APP', asked: 0, isFault: false, arrange: set({ app: 'BOLOS' }) },
  { what: 'another app is open', code: 'WRONG_APP', asked: 0, isFault: false, arrange: set({ app: 'Bitcoin' }) },
  { what: 'blind signing is off', code: 'BLIND_SIGNING_OFF', asked: 1, isFault: true, arrange: set({ blindSigning: false }) },
  { what: 'nothing is plugged in', code: 'DEVICE_NOT_FOUND', asked: 0, isFault: true, arrange: (part) => part.plug.unplug() },
  {
    what: 'it is unplugged while it asks',
    code: 'DISCONNECTED',
    asked: 1,
    isFault: true,
    arrange: set({ person: 'wait' }),
    whenAsked: (part) => part.plug.unplug(),
  },
  { what: 'nobody answers', code: 'TIMEOUT', asked: 1, isFault: true, arrange: set({ person: 'wait' }) },
  {
    what: 'another seed is in it',
    code: 'WRONG_ADDRESS',
    asked: 0,
    isFault: true,
    arrange: (part) => {
      Object.assign(part.device, { keys: new DeviceKeys(undefined, { [PART_PATH]: OTHER_KEY }) })
    },
  },
  { what: 'the app knows no such transaction', code: 'OTHER_DRIVER', asked: 1, isFault: true, arrange: set({ refuseSigningWith: 0x6501 }) },
  { what: 'the app knows no such command', code: 'OTHER_DRIVER', asked: 1, isFault: true, arrange: set({ refuseSigningWith: 0x6d00 }) },
  { what: 'the app finds the data invalid', code: 'OTHER_DRIVER', asked: 1, isFault: true, arrange: set({ refuseSigningWith: 0x6a80 }) },
  {
    what: 'the app fails for a reason of its own',
    code: 'UNAVAILABLE',
    asked: 1,
    isFault: true,
    arrange: set({ refuseSigningWith: 0x6f42 }),
  },
]

const never = new AbortController().signal
let rig: LedgerRig | null = null
const opened = async (options: LedgerPartOptions): Promise<LedgerRig> => (rig = await openLedgerRig(options))
afterEach(async () => {
  await rig?.close()
  rig = null
})

describe.each(LEDGER_DRIVERS)('D5: what can go wrong at a Ledger, by %s', (driver) => {
  test.each(SCENARIOS)('D5: $what: $code, on record, nothing is asked twice, and the next order is signed', async (scenario) => {
    const { signer, part } = await opened({ driver })
    const factory = { keys: part.device.keys, state: structuredClone(part.device.state) }
    await scenario.arrange(part)
    const [{ outcome, code, facts, fed }] = await Promise.all([
      throughGate(signer),
      scenario.whenAsked === undefined ? null : part.device.asking().then(() => scenario.whenAsked?.(part)),
    ])
    expect({ outcome, code }).toEqual({ outcome: 'refused', code: scenario.code })
    expect(facts.map(({ type }) => type)).toEqual(['SigningRequested', 'SigningFailed'])
    expect(facts[1]?.data).toMatchObject({ code: scenario.code })
    expect(fed).toEqual(scenario.isFault ? ['failure'] : [])
    expect(part.device.signingCommands()).toBe(scenario.asked)

    // Nothing is left over: the device as it was signs the next one.
    part.device.press('reject')
    Object.assign(part.device, { keys: factory.keys })
    Object.assign(part.device.state, factory.state)
    await part.plug.plug()
    expect((await throughGate(signer)).outcome).toBe('signed')
    expect(signer.health()).toMatchObject({ status: 'ready', detail: '' })
  })

  test('D5: given up by the app: whatever the person still presses signs nothing for us', async () => {
    const { signer, part } = await opened({ driver, state: { person: 'wait' } })
    const giveUp = new AbortController()
    const asked: string[] = []
    const signing = signer.signTransaction(contractTx(signer.address, 1), giveUp.signal, (required) => asked.push(required))
    await part.device.asking()
    giveUp.abort()
    expect(await signing).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } })
    part.device.press('approve')
    expect(asked).toEqual(['confirm-on-device', 'none'])
  })

  test('D5: locked by the app while it asks: broken off, and the next request connects afresh', async () => {
    const { signer, part } = await opened({ driver, state: { person: 'wait' } })
    const signing = signer.signTransaction(contractTx(signer.address, 1), never)
    await part.device.asking()
    await signer.lock()
    expect(await signing).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } })
    part.device.press('reject')
    part.device.state.person = 'approve'
    expect((await signer.signTransaction(contractTx(signer.address, 2), never)).ok).toBe(true)
  })

  test('D5: an app that knows EIP-712 only as two hashes: the first driver still signs, the second says that the other one may', async () => {
    const { signer, part } = await opened({ driver, state: { eip712: { hashed: true, fields: false } } })
    const signed = await signer.signTypedData(CONTRACT_TYPED_DATA, never)
    if (driver === 'dmk') expect(signed.ok).toBe(true)
    else expect(signed).toMatchObject({ ok: false, error: { code: 'OTHER_DRIVER' } })
    expect(part.device.signingCommands()).toBe(driver === 'dmk' ? 1 : 0)
  })

  test('D5: typed data with blind signing off', async () => {
    const { signer } = await opened({ driver, state: { blindSigning: false } })
    expect(await signer.signTypedData(CONTRACT_TYPED_DATA, never)).toMatchObject({ ok: false, error: { code: 'BLIND_SIGNING_OFF' } })
  })
})

function set(state: LedgerPartOptions['state']): (part: LedgerPart) => void {
  return (part) => {
    Object.assign(part.device.state, state)
  }
}
