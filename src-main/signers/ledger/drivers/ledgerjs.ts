import type HwTransport from '@ledgerhq/hw-transport'

import { statusWordOf, type ApduWatch } from '../apdu-watch'
import { openEmulator, type ApduChannel } from '../emulator-channel'
import { DeviceMissing, readHexSignature, type LedgerDevice, type LedgerTransport } from '../ledger-device'
import { screenOfModel } from '../screens'
import { withDomainType } from '../eip712-domain'
import { loadEthApp, loadHwNodeHid, loadHwTransport } from './load-vendor'

/** Nowhere for the library to ask: every address of the maker's servers is taken away. */
const NO_SERVERS = {
  calServiceURL: null,
  cryptoassetsBaseURL: null,
  pluginBaseURL: null,
  nftExplorerBaseURL: null,
  extraPlugins: {},
}

/** A Ledger by way of LedgerJS, the maker's older library. */
export async function openLedgerJs(where: LedgerTransport, watch: ApduWatch): Promise<LedgerDevice> {
  const transport = where.type === 'usb' ? await openUsb() : channelTransport(await openEmulator(where.url))
  const exchange = transport.exchange.bind(transport)
  transport.exchange = (apdu) => watch.pass(apdu, () => exchange(apdu), statusWordOf)
  const { default: Eth } = loadEthApp()
  const eth = new Eth(transport, 'w0w', NO_SERVERS)
  return {
    screen: screenOfModel(transport.deviceModel?.id),
    openApp: async () => readAppAndVersion(await transport.send(0xb0, 0x01, 0, 0)),
    signsBlind: async () => (await eth.getAppConfiguration()).arbitraryDataEnabled !== 0,
    address: async (path, shown) => (await eth.getAddress(path, shown, false)).address,
    // Null: nothing is looked up about the transaction.
    signTransaction: async (path, unsigned) =>
      readHexSignature(await eth.signTransaction(path, Buffer.from(unsigned).toString('hex'), null)),
    signTypedData: async (path, typedData) => readHexSignature(await eth.signEIP712Message(path, withDomainType(typedData) as never)),
    close: () => closeQuietly(transport),
  }
}

async function openUsb(): Promise<HwTransport> {
  const { default: TransportNodeHid } = loadHwNodeHid()
  try {
    return await TransportNodeHid.open('')
  } catch (thrown) {
    throw new DeviceMissing(thrown instanceof Error ? thrown.message : 'no device')
  }
}

/** The library's way to a device emulator. */
function channelTransport(channel: ApduChannel): HwTransport {
  const { default: Transport } = loadHwTransport()
  const transport = new Transport()
  transport.exchange = async (apdu) => Buffer.from(await channel.exchange(apdu))
  transport.setScrambleKey = () => undefined // of devices on U2F
  transport.close = () => {
    channel.close()
    return Promise.resolve()
  }
  return transport
}

/** Format 1, then name and version, each with its length before it. */
function readAppAndVersion(answer: Buffer): { readonly name: string; readonly version: string } {
  const nameEnd = 2 + (answer[1] ?? 0)
  const versionEnd = nameEnd + 1 + (answer[nameEnd] ?? 0)
  if (answer[0] !== 1 || versionEnd > answer.length) throw new Error('no app and version')
  return { name: answer.toString('ascii', 2, nameEnd), version: answer.toString('ascii', nameEnd + 1, versionEnd) }
}

/** A transport waits for what is under way before it closes, and that may be a person. */
async function closeQuietly(transport: HwTransport): Promise<void> {
  try {
    transport.exchangeBusyPromise = null
    await transport.close()
  } catch {
    // It is gone already.
  }
}
