import type { SendApduResult, TransportFactory } from '@ledgerhq/device-management-kit'

import { statusWordOf, type AnswerStatus, type ApduWatch } from '../apdu-watch'
import type { DmkModule } from './load-vendor'

/** A transport that listens to the system until it is told to stop; the kit never tells it. */
interface Listening {
  readonly destroy?: () => void
}

/** Lets every command of a transport pass the watch. `made` gets the way to end it. */
export function watchedTransport(
  kit: DmkModule,
  make: TransportFactory,
  watch: ApduWatch,
  made: (end: () => void) => void,
): TransportFactory {
  return (args) => {
    const transport = make(args)
    made(() => (transport as Listening).destroy?.())
    const connect = transport.connect.bind(transport)
    transport.connect = async (params) =>
      (await connect(params)).map((device) => {
        const send = device.sendApdu.bind(device)
        return new kit.TransportConnectedDevice({
          id: device.id,
          deviceModel: device.deviceModel,
          type: device.type,
          transport: device.transport,
          ...(device.name === undefined ? {} : { name: device.name }),
          sendApdu: async (apdu, ...rest) => asIfAsked(kit, apdu, await watch.pass(apdu, () => send(apdu, ...rest), statusOf)),
        })
      })
    return transport
  }
}

function statusOf(answer: SendApduResult): AnswerStatus {
  return answer.caseOf<AnswerStatus>({
    Right: ({ statusCode }) => statusWordOf(statusCode),
    Left: ({ _tag }) => (_tag === 'UnknownDeviceExchangeError' ? 'malformed' : 'broken'),
  })
}

/** "Was asked whether to let the maker's servers check transactions": see below. */
const CHECKS_OPT_IN = 0x20

/**
 * On devices with a large screen the kit has the person decide, before the first signature, whether transactions are checked by the maker's servers. Nothing is
 * sent to any server here, so the kit is told that this was decided: the person sees what is to be signed, and nothing else.
 */
function asIfAsked(kit: DmkModule, apdu: Uint8Array, answer: SendApduResult): SendApduResult {
  if (apdu[0] !== 0xe0 || apdu[1] !== 0x06) return answer
  return answer.map(({ data, statusCode }) => {
    const [flags, ...version] = data
    return new kit.ApduResponse({ statusCode, data: flags === undefined ? data : Uint8Array.of(flags | CHECKS_OPT_IN, ...version) })
  })
}
