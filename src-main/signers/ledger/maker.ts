import { getAddress } from 'ethers/address'

import type { LedgerConfig, OfferedAccount } from '../../domain/signer'
import type { SignerMaker, SignerParts } from '../kind'
import { usualPaths } from './derivation-paths'
import { DeviceQueues } from './device-queue'
import { glanceAt } from './glance'
import { LedgerHelpers } from './ledger-helpers'
import { holdsAddress, LedgerSigner } from './ledger-signer'
import { TO_SET_UP } from './until-ready'
import { visitDevice, type VisitParts, type VisitTimes } from './visit'

/** A person may look for the device, unlock it and read; the signing gate gives up after two minutes anyway. */
const TIMES: VisitTimes = { answerMs: 20_000, personMs: 110_000 }
/** A set-up gives up after three minutes. */
const SET_UP_TIMES: VisitTimes = { ...TIMES, personMs: 170_000 }

/** Ledgers, whose queues and helper processes outlive the signers on them: a device asks one question at a time, whoever asks. */
export function makeLedgers(times: VisitTimes = TIMES, setUpTimes: VisitTimes = times): SignerMaker<'ledger'> {
  const queues = new DeviceQueues()
  const helpers = new LedgerHelpers()
  const visitOf = ({ driver, transport }: LedgerConfig, { scheduler, spawnVendorHost }: SignerParts): VisitParts => ({
    helpers,
    spawnVendorHost,
    driver,
    transport,
    queue: queues.at(transport.type === 'usb' ? 'usb' : transport.url),
    scheduler,
    times,
  })
  const setUpVisitOf = (config: LedgerConfig, parts: SignerParts): VisitParts => ({ ...visitOf(config, parts), times: setUpTimes })
  return {
    kind: 'ledger',
    create: (id, address, config, parts) =>
      new LedgerSigner({
        ...visitOf(config, parts),
        id,
        address,
        config,
        clock: parts.clock,
        onChange: parts.onChange,
        glance: (signal) => glanceAt(config.transport, signal),
      }),
    discover: (config, parts, signal, onInteraction) =>
      visitDevice(setUpVisitOf(config, parts), signal, { tell: onInteraction, part: TO_SET_UP }, async (device) => {
        const accounts: OfferedAccount[] = []
        for (const path of usualPaths(config.derivationPath)) {
          const address = getAddress(await device.address(path, false))
          accounts.push({ address, where: path, config: { ...config, derivationPath: path } })
        }
        return accounts
      }),
    verifyAddress: (config, address, parts, signal, onInteraction) =>
      visitDevice(setUpVisitOf(config, parts), signal, { tell: onInteraction, part: TO_SET_UP }, async (device, ask) => {
        await holdsAddress(device, config.derivationPath, address)
        ask('verify-address')
        await device.address(config.derivationPath, true)
      }),
  }
}

/** Ledgers over USB, and emulators of them for development. */
export const ledgerMaker: SignerMaker<'ledger'> = makeLedgers(TIMES, SET_UP_TIMES)
