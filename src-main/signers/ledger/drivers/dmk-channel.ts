import type { TransportArgs, TransportConnectedDevice, TransportDiscoveredDevice, TransportFactory } from '@ledgerhq/device-management-kit'

import { MalformedAnswer } from '../apdu-watch'
import type { ApduChannel } from '../emulator-channel'
import { loadRx, type DmkModule } from './load-vendor'

type Either = ReturnType<ReturnType<TransportArgs['apduReceiverServiceFactory']>['handleFrame']>

const IDENTIFIER = 'EMULATOR'

/** The kit's way to a device emulator. */
export function channelTransport(kit: DmkModule, channel: ApduChannel): TransportFactory {
  const { of } = loadRx()
  return ({ deviceModelDataSource, apduReceiverServiceFactory }) => {
    const { right, left } = eithers(apduReceiverServiceFactory)
    const found: TransportDiscoveredDevice = {
      id: IDENTIFIER,
      deviceModel: deviceModelDataSource.getDeviceModel({ id: kit.DeviceModelId.FLEX }),
      transport: IDENTIFIER,
    }
    const sendApdu: TransportConnectedDevice['sendApdu'] = async (apdu) => {
      try {
        const answer = await channel.exchange(apdu)
        return right(new kit.ApduResponse({ data: answer.subarray(0, -2), statusCode: answer.subarray(-2) }))
      } catch (thrown) {
        return left(thrown instanceof MalformedAnswer ? new kit.UnknownDeviceExchangeError(thrown) : new kit.DisconnectError(thrown))
      }
    }
    const transport = {
      getIdentifier: () => IDENTIFIER,
      isSupported: () => true,
      startDiscovering: () => of(found),
      stopDiscovering: () => undefined,
      listenToAvailableDevices: () => of([found]),
      connect: () => Promise.resolve(right(new kit.TransportConnectedDevice({ ...found, type: 'USB', sendApdu }))),
      disconnect: () => {
        channel.close()
        return Promise.resolve(right(undefined))
      },
      destroy: () => channel.close(),
    }
    return transport
  }
}

/** One whole frame of an empty answer: tag, first of its kind, two bytes long, 0x9000. */
const WHOLE_FRAME = Uint8Array.of(0x05, 0, 0, 0, 2, 0x90, 0)

/** The kit answers in a result type that it does not export: a good and a bad frame, read by its own reader, give one of each to make others of. */
function eithers(reader: TransportArgs['apduReceiverServiceFactory']) {
  const good: Either = reader().handleFrame(WHOLE_FRAME)
  const bad: Either = reader().handleFrame(new Uint8Array())
  if (!good.isRight() || !bad.isLeft()) throw new Error('the kit reads frames in another way')
  return {
    right: (value: unknown) => good.map(() => value) as never,
    left: (error: unknown) => bad.mapLeft(() => error) as never,
  }
}
