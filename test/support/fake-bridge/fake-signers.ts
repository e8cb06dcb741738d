import type { CallInput, CallOutput } from '../../../src-preload/contract'
import type { SignerView } from '../../../src-preload/contract/signers'

/** What a keystore has besides. */
export const FAKE_KEYSTORE: Pick<SignerView, 'checkedAtMs' | 'attended' | 'signsTypedData' | 'turn' | 'config'> = {
  checkedAtMs: null,
  attended: false,
  signsTypedData: false,
  turn: 1,
  config: { kind: 'keystore' },
}

type Names =
  | 'secrets.sources'
  | 'secrets.setSource'
  | 'secrets.try'
  | 'signer.storeSecret'
  | 'signer.discover'
  | 'signer.stopDiscovering'
  | 'signer.verifyAddress'
  | 'signer.add'
  | 'signer.configure'
  | 'signer.dependants'
  | 'signer.remove'
  | 'signer.setTurns'

/** Setting signers up, as far as the screens need it. */
export const fakeSignerSetup: { readonly [N in Names]: (input: CallInput<N>) => CallOutput<N> } = {
  'secrets.sources': () => [],
  'secrets.setSource': () => ({ done: true }),
  'secrets.try': () => ({ found: true, detail: '' }),
  'signer.storeSecret': () => ({ ref: 'secret:00000000-0000-4000-8000-000000000001' }),
  'signer.discover': ({ config }) => ({
    accounts: [{ address: '0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B', where: "44'/60'/0'/0/0", config }],
  }),
  'signer.stopDiscovering': () => ({}),
  'signer.verifyAddress': () => ({ confirmed: true }),
  'signer.add': () => ({ id: 'signer-new' }),
  'signer.configure': () => ({ done: true }),
  'signer.dependants': () => ({ openOrders: 0, onlyOneOfItsAddress: true, keyIsHere: false }),
  'signer.remove': () => ({ done: true }),
  'signer.setTurns': () => ({ done: true }),
}
