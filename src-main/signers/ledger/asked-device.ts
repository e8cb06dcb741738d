import type { LedgerConfig } from '../../domain/signer'
import type { Result } from '../../lib/result'
import type { SignerFailure } from '../signer'
import { VendorFailure } from '../vendor-host/vendor'
import type { Asked, Success, VendorClient } from '../vendor-host/vendor-client'
import type { LedgerDevice } from './ledger-device'

/** A connected Ledger as the app has it: in a helper process, which is asked for all of it. What fails throws a {@link VendorFailure}. */
export type AskedDevice = Omit<LedgerDevice, 'close'>

/** Has a helper process connect to a device. Whatever waits when `signal` is aborted ends the process, and its connection with it. */
export async function openAskedDevice(
  client: VendorClient,
  { driver, transport }: Pick<LedgerConfig, 'driver' | 'transport'>,
  signal: AbortSignal,
): Promise<AskedDevice> {
  const ask = async <K extends Success['kind']>(request: Asked, kind: K): Promise<Extract<Success, { kind: K }>> =>
    answerOf(await client.ask(request, null, signal), kind)
  const { screen } = await ask({ op: 'ledger-open', driver, transport }, 'ledger-opened')
  return {
    screen,
    openApp: () => ask({ op: 'ledger-app' }, 'ledger-app'),
    signsBlind: async () => (await ask({ op: 'ledger-blind' }, 'ledger-blind')).signsBlind,
    address: async (path, shown) => (await ask({ op: 'ledger-address', path, shown }, 'ledger-address')).address,
    signTransaction: async (path, unsigned) => numbersOf(await ask({ op: 'ledger-sign-transaction', path, unsigned }, 'signed')),
    signTypedData: async (path, typedData) => numbersOf(await ask({ op: 'ledger-sign-typed-data', path, typedData }, 'signed')),
  }
}

function answerOf<K extends Success['kind']>(answer: Result<Success, SignerFailure>, kind: K): Extract<Success, { kind: K }> {
  if (!answer.ok) throw new VendorFailure(answer.error.code, answer.error.detail)
  if (answer.value.kind !== kind) throw new VendorFailure('BAD_ANSWER', 'the helper process answered something else')
  // The compiler does not follow a type parameter through the comparison.
  return answer.value as Extract<Success, { kind: K }>
}

function numbersOf({ r, s }: Extract<Success, { kind: 'signed' }>): { readonly r: bigint; readonly s: bigint } {
  return { r: BigInt(`0x${r}`), s: BigInt(`0x${s}`) }
}
