import type { CallOutput } from '../../../src-preload/contract'
import type { SignerView } from '../../../src-preload/contract/signers'
import { TOKENS } from './fake-market'

const ADDRESS = '0x71C7656EC7ab88b098defB751B7401B5f6d8976F'

/** The paper account, and one of each signer. */
export function fakeAccounts(signers: readonly SignerView[]): CallOutput<'market.accounts'> {
  return [
    { id: 'paper', label: 'Paper account', kind: 'paper', address: null, ready: true },
    ...signers.map(({ id, label, address, status }) => ({
      id,
      label,
      kind: 'keystore' as const,
      address,
      ready: status === 'ready',
    })),
  ]
}

/** What an account holds: plain amounts, exact ones, nothing, and dust without a price. */
export function fakeBalances(account: string): CallOutput<'market.balances'> {
  return {
    account: {
      id: account,
      label: account === 'paper' ? 'Paper account' : 'Trading key',
      kind: account === 'paper' ? 'paper' : 'keystore',
      address: account === 'paper' ? null : ADDRESS,
      ready: true,
    },
    balances: [
      {
        asset: account === 'paper' ? 'USD' : 'USDC',
        token: account === 'paper' ? null : TOKENS.USDC,
        free: '48211.37',
        held: '1807.5',
        usd: '50018.87',
      },
      { asset: 'ETH', token: null, free: '5.004218937461', held: '0', usd: '12493.27' },
      { asset: 'BTC', token: null, free: '0.15', held: '0.05', usd: '13462.1' },
      { asset: 'SOL', token: null, free: '0', held: '0', usd: '0' },
      { asset: 'DUST', token: account === 'paper' ? null : TOKENS.WBTC, free: '0.00000000041', held: '0', usd: null },
    ],
    atMs: Date.now(),
  }
}
