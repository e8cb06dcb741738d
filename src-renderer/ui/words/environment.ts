import type { AppStatus } from '../../../src-preload/contract/app'

/** What each environment is called and what it means for money. */
export const ENVIRONMENT_WORDS: Readonly<Record<AppStatus['environment'], { readonly name: string; readonly means: string }>> = {
  paper: { name: 'PAPER', means: 'Simulated market and money. Nothing real can be bought, sold or lost.' },
  testnet: { name: 'TESTNET', means: 'Real transactions on a test chain, with coins that have no value.' },
  live: { name: 'LIVE', means: 'Real orders with real money.' },
}
