import type { DeviceManagementKit, DeviceSessionId, DiscoveredDevice } from '@ledgerhq/device-management-kit'
import type { Observable } from 'rxjs'

import type { TypedData } from '../../../domain/typed-data'
import type { ApduWatch } from '../apdu-watch'
import { openEmulator } from '../emulator-channel'
import { DeviceMissing, readHexSignature, type LedgerDevice, type LedgerTransport } from '../ledger-device'
import { screenOfModel } from '../screens'
import { channelTransport } from './dmk-channel'
import { watchedTransport } from './dmk-watch'
import { withDomainType } from '../eip712-domain'
import { loadDmk, loadRx, loadSignerKit, loadUsbKit, type DmkModule } from './load-vendor'
import { OFFLINE_CONTEXT } from './offline-context'

/** Nowhere for the library to ask: what stands in for the maker's servers is this machine's discard port. */
const NO_SERVERS = { managerApiUrl: 'http://127.0.0.1:9', webSocketUrl: 'ws://127.0.0.1:9', mockUrl: 'http://127.0.0.1:9' }
/** Opening apps is left to the person; asking what is open is done before. */
const AS_IT_IS = { skipOpenApp: true } as const
const GET_CONFIGURATION = Uint8Array.of(0xe0, 0x06, 0, 0, 0)

/** A Ledger by way of the Device Management Kit, the maker's present library. */
export async function openDmk(where: LedgerTransport, watch: ApduWatch): Promise<LedgerDevice> {
  const kit = loadDmk()
  const { SignerEthBuilder } = loadSignerKit()
  const factory = where.type === 'usb' ? loadUsbKit().nodeHidTransportFactory : channelTransport(kit, await openEmulator(where.url))
  let endTransport = (): void => undefined
  const watched = watchedTransport(kit, factory, watch, (end) => (endTransport = end))
  const dmk = new kit.DeviceManagementKitBuilder().addTransport(watched).addConfig(NO_SERVERS).build()
  try {
    const found = await firstDevice(dmk)
    // Unasked, the kit would keep on asking the device how it is.
    const sessionId = await dmk.connect({ device: found, sessionRefresherOptions: { isRefresherDisabled: true } })
    const signer = new SignerEthBuilder({ dmk, sessionId }).withContextModule(OFFLINE_CONTEXT).build()
    return {
      screen: screenOfModel(found.deviceModel.model),
      openApp: () => appAndVersion(kit, dmk, sessionId),
      signsBlind: async () => ((await dmk.sendApdu({ sessionId, apdu: GET_CONFIGURATION })).data[0] ?? 0) % 2 === 1,
      address: async (path, shown) => (await outcome(signer.getAddress(path, { ...AS_IT_IS, checkOnDevice: shown }))).address,
      signTransaction: async (path, unsigned) => readHexSignature(await outcome(signer.signTransaction(path, unsigned, AS_IT_IS))),
      signTypedData: async (path, typedData: TypedData) =>
        readHexSignature(await outcome(signer.signTypedData(path, withDomainType(typedData), AS_IT_IS))),
      close: async () => {
        await closeQuietly(dmk, sessionId)
        endTransport()
      },
    }
  } catch (thrown) {
    dmk.close()
    endTransport()
    throw thrown instanceof DeviceMissing ? thrown : new DeviceMissing(tagOf(thrown))
  }
}

async function firstDevice(dmk: DeviceManagementKit): Promise<DiscoveredDevice> {
  return loadRx().firstValueFrom(dmk.startDiscovering({}))
}

async function appAndVersion(kit: DmkModule, dmk: DeviceManagementKit, sessionId: DeviceSessionId) {
  const answer = await dmk.sendCommand({ sessionId, command: new kit.GetAppAndVersionCommand() })
  if (!kit.isSuccessCommandResult(answer)) throw new Error(tagOf(answer.error))
  return { name: answer.data.name, version: answer.data.version }
}

/** What of an action's state is read here. The kit's statuses are strings; its enum would have to be loaded to be named. */
type ActionState<Output> = { readonly status: string } & ({ readonly output: Output } | { readonly error: unknown } | object)

/** Waits for the end of one of the kit's actions. */
function outcome<Output>({ observable }: { readonly observable: Observable<ActionState<Output>> }): Promise<Output> {
  return new Promise((resolve, reject) => {
    observable.subscribe({
      next: (state) => {
        if ('output' in state) resolve(state.output)
        else if ('error' in state) reject(new Error(tagOf(state.error)))
        else if (state.status === 'stopped') reject(new Error('stopped'))
      },
      error: (thrown: unknown) => reject(new Error(tagOf(thrown))),
      complete: () => reject(new Error('ended without an answer')),
    })
  })
}

function tagOf(thrown: unknown): string {
  const { _tag, message } = (thrown ?? {}) as { readonly _tag?: unknown; readonly message?: unknown }
  return [_tag, message].filter((part) => typeof part === 'string' && part !== '').join(': ') || 'unknown error'
}

async function closeQuietly(dmk: DeviceManagementKit, sessionId: DeviceSessionId): Promise<void> {
  try {
    await dmk.disconnect({ sessionId })
  } catch {
    // It is gone already.
  }
  dmk.close()
}
