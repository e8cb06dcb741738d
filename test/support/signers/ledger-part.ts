import { computeAddress } from 'ethers/transaction'

import type { ConfigOf, LedgerDriver } from '../../../src-main/domain/signer'
import { SIGNER_KEY } from '../app/bench-chain'
import { LedgerEmulator, type DeviceState } from '../ledger-emulator/device'
import { DeviceKeys } from '../ledger-emulator/keys'
import { plugIntoHttp, plugIntoTcp, type EmulatedPlug } from '../ledger-emulator/servers'
import type { HostileAnswer } from './hostile-answers'

/** Where the given key lies on the emulated device. */
export const PART_PATH = "44'/60'/0'/0/0"

/** How an emulated device is started. */
export interface LedgerPartOptions {
  readonly privateKey?: string
  readonly driver?: LedgerDriver
  readonly over?: 'http' | 'tcp'
  readonly state?: Partial<DeviceState>
}

/** A running emulated Ledger, and the config that reaches it. */
export interface LedgerPart {
  readonly config: ConfigOf<'ledger'>
  /** None: a Ledger is unlocked on the device. */
  readonly secrets: Readonly<Record<string, string>>
  /** Checksummed. */
  readonly address: string
  readonly device: LedgerEmulator
  readonly plug: EmulatedPlug
  misbehave(how: HostileAnswer): void
  close(): Promise<void>
}

/** Starts an emulated Ledger on loopback that holds a key; by default the funded one of every development chain. */
export async function startLedgerPart({
  privateKey = SIGNER_KEY,
  driver = 'dmk',
  over = 'http',
  state = {},
}: LedgerPartOptions = {}): Promise<LedgerPart> {
  const device = new LedgerEmulator(state, new DeviceKeys(undefined, { [PART_PATH]: privateKey }))
  const plug = await (over === 'http' ? plugIntoHttp : plugIntoTcp)(device)
  return {
    config: { kind: 'ledger', driver, derivationPath: PART_PATH, transport: { type: 'emulator', url: plug.url } },
    secrets: {},
    address: computeAddress(privateKey),
    device,
    plug,
    misbehave: (how) => {
      device.state.hostile = how
    },
    close: () => plug.close(),
  }
}
