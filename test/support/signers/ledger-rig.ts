import { randomBytes, randomUUID } from 'node:crypto'

import { systemClock, systemScheduler } from '../../../src-main/lib/clock'
import { err } from '../../../src-main/lib/result'
import type { SignerParts } from '../../../src-main/signers/kind'
import { makeLedgers } from '../../../src-main/signers/ledger/maker'
import type { VisitTimes } from '../../../src-main/signers/ledger/visit'
import type { Signer } from '../../../src-main/signers/signer'
import type { SignerRig } from './contract'
import { startLedgerPart, type LedgerPart, type LedgerPartOptions } from './ledger-part'

/** Parts that a Ledger needs; it has no secrets and no helper process. */
export const LEDGER_PARTS: SignerParts = {
  environment: 'testnet',
  clock: systemClock,
  scheduler: systemScheduler,
  random: { bytes: (length) => randomBytes(length), uuid: () => randomUUID() },
  findSecret: (ref) => Promise.resolve(err({ code: 'SECRET_UNAVAILABLE', detail: ref })),
  spawnVendorHost: () => {
    throw new Error('a Ledger needs no helper process')
  },
  onChange: () => undefined,
}
/** A second for everything: nobody is waited for in a test. */
const QUICK: VisitTimes = { answerMs: 5_000, personMs: 1_000 }

type Ledger = Signer & Required<Pick<Signer, 'signTypedData' | 'check'>>
/** A signer on an emulated device. */
export interface LedgerRig extends SignerRig {
  readonly signer: Ledger
  readonly part: LedgerPart
  /** Another signer on the same device. */
  another(id: string): Ledger
}

/** Opens a signer on an emulated device of its own. */
export async function openLedgerRig(options: LedgerPartOptions = {}, times: VisitTimes = QUICK): Promise<LedgerRig> {
  const part = await startLedgerPart(options)
  const maker = makeLedgers(times)
  const another = (id: string): Ledger => maker.create(id, part.address, part.config, LEDGER_PARTS) as Ledger
  return { signer: another('ledger-1'), part, another, misbehave: part.misbehave, close: part.close }
}
