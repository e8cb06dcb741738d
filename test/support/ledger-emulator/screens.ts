import { formatEther } from 'ethers/utils'
import type { Transaction } from 'ethers/transaction'

/** What an emulated device shows, one entry a page: the title in small letters, the value below it. */
export interface ShownScreen {
  readonly title: string
  readonly value: string
}
/** `touch`: Stax, Flex and their kind; `nano`: two buttons. */
export type ScreenKind = 'touch' | 'nano'

/** Networks of which the app knows name and coin; of any other it shows the number and `???`. */
const NETWORKS: Readonly<Record<string, readonly [name: string, coin: string]>> = {
  '1': ['Ethereum', 'ETH'],
  '10': ['OP Mainnet', 'ETH'],
  '137': ['Polygon', 'POL'],
  '8453': ['Base', 'ETH'],
  '42161': ['Arbitrum', 'ETH'],
  '11155111': ['Sepolia', 'ETH'],
}

/** What the Ethereum app shows for a transaction that it was told nothing about (LedgerHQ/app-ethereum, ui_approve_tx.c). */
export function transactionScreens(tx: Transaction, from: string, hash: string, kind: ScreenKind): readonly ShownScreen[] {
  const [network = tx.chainId.toString(), coin = '???'] = NETWORKS[tx.chainId.toString()] ?? []
  const hasData = tx.data !== '0x'
  const price = tx.maxFeePerGas ?? tx.gasPrice ?? 0n
  return [
    ...(hasData ? [{ title: 'Blind signing ahead', value: '' }] : []),
    { title: 'Review transaction', value: '' },
    { title: 'From', value: from },
    ...(hasData && tx.value === 0n ? [] : [{ title: 'Amount', value: `${ether(tx.value)} ${coin}` }]),
    { title: 'To', value: tx.to ?? 'Contract' },
    { title: 'Max fees', value: `${ether(price * tx.gasLimit)} ${coin}` },
    ...(tx.chainId === 1n ? [] : [{ title: 'Network', value: network }]),
    ...(hasData ? [{ title: kind === 'touch' ? 'Transaction hash' : 'Tx hash', value: hash }] : []),
    { title: kind === 'touch' ? 'Sign transaction?' : 'Sign transaction', value: '' },
  ]
}

/** What it shows for an address that is to be verified. */
export function addressScreens(address: string): readonly ShownScreen[] {
  return [
    { title: 'Verify Ethereum address', value: '' },
    { title: 'Address', value: address },
  ]
}

function ether(wei: bigint): string {
  return formatEther(wei).replace(/\.0$/, '')
}
