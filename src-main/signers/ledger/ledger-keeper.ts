import { assertNever } from '../../lib/assert-never'
import type { LedgerRequest } from '../vendor-host/protocol'
import { VendorFailure } from '../vendor-host/vendor'
import type { Outcome } from '../vendor-host/vendor-keeper'
import { ApduWatch } from './apdu-watch'
import { failureOf } from './failures'
import type { LedgerDevice, LedgerTransport, OpenLedger } from './ledger-device'
import { leaveOpen, shutNetwork, type OpenDoor } from './shut-network'

type Driver = Extract<LedgerRequest, { op: 'ledger-open' }>['driver']

/** Each driver with its library, loaded when it is first used. */
const DRIVERS: Readonly<Record<Driver, OpenLedger>> = {
  dmk: async (where, watch) => (await import('./drivers/dmk')).openDmk(where, watch),
  ledgerjs: async (where, watch) => (await import('./drivers/ledgerjs')).openLedgerJs(where, watch),
}

/** Inside a vendor host: carries out what the app asks about a Ledger, one visit after the other. What fails is told by the device's own words. */
export class LedgerKeeper {
  #device: LedgerDevice | null = null
  #watch = new ApduWatch()
  /** What the app's setting says; null where it was not asked. */
  #signsBlind: boolean | null = null

  async carryOut(request: LedgerRequest): Promise<Outcome> {
    try {
      return await this.#carryOut(request)
    } catch (thrown) {
      const { code, detail } = failureOf(thrown, this.#watch, this.#signsBlind)
      throw new VendorFailure(code, detail)
    }
  }

  async #carryOut(request: LedgerRequest): Promise<Outcome> {
    switch (request.op) {
      case 'ledger-open': {
        if (this.#device !== null) throw new Error('a visit is under way')
        this.#watch = new ApduWatch()
        this.#signsBlind = null
        // Before any library of the maker's is loaded.
        shutNetwork()
        leaveOpen(doorOf(request.transport))
        this.#device = await DRIVERS[request.driver](request.transport, this.#watch)
        return { kind: 'ledger-opened', screen: this.#device.screen }
      }
      case 'ledger-app':
        return { kind: 'ledger-app', ...(await this.#open().openApp()) }
      case 'ledger-blind': {
        const signsBlind = await this.#open().signsBlind()
        this.#signsBlind = signsBlind
        return { kind: 'ledger-blind', signsBlind }
      }
      case 'ledger-address':
        return { kind: 'ledger-address', address: await this.#open().address(request.path, request.shown) }
      case 'ledger-sign-transaction':
        return signed(await this.#open().signTransaction(request.path, request.unsigned))
      case 'ledger-sign-typed-data':
        return signed(await this.#open().signTypedData(request.path, request.typedData))
      case 'ledger-close': {
        const device = this.#device
        this.#device = null
        await device?.close()
        return { kind: 'well' }
      }
      default:
        return assertNever(request)
    }
  }

  #open(): LedgerDevice {
    if (this.#device === null) throw new Error('no visit is under way')
    return this.#device
  }
}

/** An emulator is reached over loopback; a device needs no network. */
function doorOf(where: LedgerTransport): OpenDoor | null {
  if (where.type === 'usb') return null
  const { hostname, port } = new URL(where.url)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }
}

function signed({ r, s }: { readonly r: bigint; readonly s: bigint }): Outcome {
  return { kind: 'signed', r: r.toString(16), s: s.toString(16) }
}
