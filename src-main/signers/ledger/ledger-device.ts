import type { LedgerConfig } from '../../domain/signer'
import type { TypedData } from '../../domain/typed-data'
import type { RawSignature } from '../digest'
import type { ApduWatch } from './apdu-watch'
import type { ScreenKind } from './screens'

/** How a device is plugged in. */
export type LedgerTransport = LedgerConfig['transport']

/** A connected Ledger, whichever library speaks to it. What fails throws; what it means is told by the {@link ApduWatch}. */
export interface LedgerDevice {
  /** What kind of screen it has; null where that cannot be told. */
  readonly screen: ScreenKind | null
  /** The app that is open on it: `Ethereum`, or `BOLOS`, the dashboard. */
  openApp(): Promise<{ readonly name: string; readonly version: string }>
  /** Whether the Ethereum app is set to sign what it cannot show in clear. */
  signsBlind(): Promise<boolean>
  /** The address at a derivation path; `shown` waits for a person to compare it on the device. */
  address(path: string, shown: boolean): Promise<string>
  /** Signs an unsigned transaction, EIP-2718 envelope or legacy RLP (EIP-155). */
  signTransaction(path: string, unsigned: Uint8Array): Promise<RawSignature>
  signTypedData(path: string, typedData: TypedData): Promise<RawSignature>
  /** Lets go of it; what is under way breaks off. Never throws. */
  close(): Promise<void>
}

/** Connects to a device. Throws {@link DeviceMissing} where there is none. */
export type OpenLedger = (transport: LedgerTransport, watch: ApduWatch) => Promise<LedgerDevice>

/** No device is there, or it is not one's to open. */
export class DeviceMissing extends Error {}

/** Both libraries write r and s as hex, one with 0x, the other without. */
export function readHexSignature({ r, s }: { readonly r: string; readonly s: string }): RawSignature {
  return { r: readWord(r), s: readWord(s) }
}

function readWord(text: string): bigint {
  const digits = text.replace(/^0x/, '')
  if (!/^[0-9a-fA-F]{1,64}$/.test(digits)) throw new Error('no 32-byte number')
  return BigInt(`0x${digits}`)
}
