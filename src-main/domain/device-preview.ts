/** What a device shows, one entry a page: the title in small letters, the value below it; empty where there is only a title. */
export interface DeviceScreen {
  readonly title: string
  readonly value: string
}

/** What a call or a message does, in words: read by a descriptor (ERC-7730) of ours. */
export interface Meaning {
  /** Such as `Swap`. */
  readonly intent: string
  /** Whose contract or message it is, such as `Uniswap`. */
  readonly owner: string
  readonly fields: readonly { readonly label: string; readonly value: string }[]
}

/** What a device will show before it signs, and what that means (product rows D5, B11). */
export interface DevicePreview {
  /** The device cannot show all of it in clear, and warns before. */
  readonly blind: boolean
  /** Page by page, as the device shows it. */
  readonly screens: readonly DeviceScreen[]
  /** What it does, by a descriptor that this app ships; null where none applies. The device does not show this: it knows no descriptors but its maker's. */
  readonly meaning: Meaning | null
}

/** What is known about a chain and what lies on it, from the app's own list and nowhere else. */
export interface KnownThings {
  /** The chain's own coin. */
  readonly coin: string
  token(address: string): { readonly symbol: string; readonly decimals: number } | null
  /** Which of Uniswap's routers a contract is. */
  router(address: string): 'uniswap-v2-router' | 'uniswap-v3-swap-router' | null
}
