import { create } from 'zustand'

import { on } from '../api/bridge'

/** The screens, in the order of the navigation and of their number keys. */
export const SCREENS = ['trade', 'orders', 'balances', 'guards', 'signers', 'audit', 'incidents', 'alerts', 'monitor', 'settings'] as const
/** A screen. */
export type Screen = (typeof SCREENS)[number]

/** Where the person is: a screen, and what is open on it. */
export interface Place {
  readonly screen: Screen
  /** An order's id, an audit entry's number; null when nothing is open. */
  readonly item: string | null
}

/** Reads a place from the address' fragment; anything unknown is the first screen. */
export function placeOf(hash: string): Place {
  const [, name = '', item = ''] = /^#\/([a-z]*)(?:\/(.+))?$/.exec(hash) ?? []
  const screen = SCREENS.find((known) => known === name)
  if (screen === undefined) return { screen: 'trade', item: null }
  return { screen, item: item === '' ? null : decodeURIComponent(item) }
}

/** The fragment of a place. */
export function hrefOf(screen: Screen, item: string | null = null): string {
  return item === null ? `#/${screen}` : `#/${screen}/${encodeURIComponent(item)}`
}

/** Where the person is. */
export const useNavigation = create<Place>(() => placeOf(''))

/** Goes there. */
export function go(screen: Screen, item: string | null = null): void {
  location.hash = hrefOf(screen, item)
}

/** Follows the address, and main where a notification leads; returns how to stop. */
export function startNavigation(): () => void {
  const follow = () => useNavigation.setState(placeOf(location.hash))
  window.addEventListener('hashchange', follow)
  follow()
  const stopHearing = on('app.navigate', ({ screen }) => {
    go(screen)
  })
  return () => {
    stopHearing()
    window.removeEventListener('hashchange', follow)
  }
}
