import { create } from 'zustand'

import type { AccountView, DepthView, InstrumentView } from '../../src-preload/contract/market'
import { on, type CallOutput } from '../api/bridge'
import { fetchRemote, known, LOADING, type Remote } from './remote'
import { throttle } from './throttle'

/** One pair on one venue. */
export interface Pair {
  readonly venue: InstrumentView['venue']
  readonly instrument: string
}

/** Prices and depth are asked again at most this often while the market moves, ms. */
const REFRESH_EVERY_MS = 1_000
const DEPTH_LEVELS = 40

interface MarketState {
  readonly instruments: Remote<readonly InstrumentView[]>
  readonly accounts: Remote<readonly AccountView[]>
  readonly watched: Pair | null
  readonly depth: Remote<DepthView>
  readonly prices: Remote<CallOutput<'market.prices'>>
  readonly balances: Remote<CallOutput<'market.balances'>>
  readonly balancesOf: string | null
}

/** The market as main reads it. */
export const useMarket = create<MarketState>(() => ({
  instruments: LOADING,
  accounts: LOADING,
  watched: null,
  depth: LOADING,
  prices: LOADING,
  balances: LOADING,
  balancesOf: null,
}))

/** Whether two pairs are the same. */
export function samePair(a: Pair | null, b: Pair | null): boolean {
  return a !== null && b !== null && a.venue === b.venue && a.instrument === b.instrument
}

/** Reads pairs and accounts. */
export async function refreshMarket(): Promise<void> {
  const state = useMarket.getState()
  const [was, had] = [known(state.instruments), known(state.accounts)]
  const [instruments, accounts] = await Promise.all([
    fetchRemote('market.instruments', {}, was === null ? null : [...was]),
    fetchRemote('market.accounts', {}, had === null ? null : [...had]),
  ])
  useMarket.setState({ instruments: unlessSame(state.instruments, instruments), accounts: unlessSame(state.accounts, accounts) })
}

/** The answer before when the new one says the same: main speaks every few seconds, and the ticket must not be judged anew for nothing. */
function unlessSame<T>(before: Remote<T>, now: Remote<T>): Remote<T> {
  return JSON.stringify(before) === JSON.stringify(now) ? before : now
}

/** Reads depth and prices of the watched pair; an answer for a pair that is no longer watched is dropped. */
async function readWatched(): Promise<void> {
  const { watched, depth: hadDepth, prices: hadPrices } = useMarket.getState()
  if (watched === null) return
  const [depth, prices] = await Promise.all([
    fetchRemote('market.depth', { ...watched, levels: DEPTH_LEVELS }, known(hadDepth)),
    fetchRemote('market.prices', { ...watched }, known(hadPrices)),
  ])
  if (samePair(useMarket.getState().watched, watched)) useMarket.setState({ depth, prices })
}

/** Watches a pair: its depth and prices are kept fresh. */
export function watchPair(pair: Pair): void {
  if (samePair(useMarket.getState().watched, pair)) return
  useMarket.setState({ watched: pair, depth: LOADING, prices: LOADING })
  void readWatched()
}

/** Reads the balances of an account; an answer for an account that is no longer asked for is dropped. */
export async function refreshBalances(account: string): Promise<void> {
  const { balancesOf, balances: had } = useMarket.getState()
  const same = balancesOf === account
  useMarket.setState(same ? {} : { balancesOf: account, balances: LOADING })
  const balances = await fetchRemote('market.balances', { account }, same ? known(had) : null)
  if (useMarket.getState().balancesOf === account) useMarket.setState({ balances })
}

/** Starts following the market; returns how to stop. */
export function startMarket(): () => void {
  void refreshMarket()
  const reading = throttle(REFRESH_EVERY_MS, () => void readWatched())
  const stops = [
    reading.stop,
    on('market.moved', ({ venue, instrument }) => {
      if (samePair(useMarket.getState().watched, { venue, instrument })) reading.trigger()
    }),
    // An account that was unlocked or added is another account to trade from.
    on('signer.changed', () => void refreshMarket()),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
