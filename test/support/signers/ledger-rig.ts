import type { SignerParts } from '../../../src-main/signers/kind'
import { makeLedgers } from '../../../src-main/signers/ledger/maker'
import type { VisitTimes } from '../../../src-main/signers/ledger/visit'
import type { Signer } from '../../../src-main/signers/signer'
import type { SignerRig } from './contract'
import { forkVendorHost } from './fork-vendor-host'
import { startLedgerPart, type LedgerPart, type LedgerPartOptions } from './ledger-part'
import { signerParts } from './signer-parts'

/** Parts that a Ledger needs: no secrets, and a helper process for the maker's libraries. */
export const LEDGER_PARTS: SignerParts = signerParts({}, { spawnVendorHost: () => forkVendorHost() })
/** A second for a person: nobody is waited for in a test. A helper that starts is waited for. */
const QUICK: VisitTimes = { answerMs: 20_000, personMs: 1_000 }
/** One maker for all rigs with the usual times: a helper that rests serves the next one, as in the app. */
const quickLedgers = makeLedgers(QUICK)

type Ledger = Signer & Required<Pick<Signer, 'signTypedData' | 'check'>>
/** A signer on an emulated device. */
export interface LedgerRig extends SignerRig {
  readonly signer: Ledger
  readonly part: LedgerPart
  /** Another signer on the same device. */
  another(id: string): Ledger
}

/** Opens a signer on an emulated device of its own. */
export async function openLedgerRig(options: LedgerPartOptions = {}, times?: VisitTimes): Promise<LedgerRig> {
  const part = await startLedgerPart(options)
  const maker = times === undefined ? quickLedgers : makeLedgers(times)
  const another = (id: string): Ledger => maker.create(id, part.address, part.config, LEDGER_PARTS) as Ledger
  return { signer: another('ledger-1'), part, another, misbehave: part.misbehave, close: part.close }
}
