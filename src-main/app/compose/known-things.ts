import type { KnownThings } from '../../domain/device-preview'
import { sameAddress } from '../../domain/evm'
import type { ChainService } from './chain-service'

/** What the app's own list knows of the chain; nothing where no chain is set up. */
export function knownThings(profile: ChainService['chainProfile']): KnownThings {
  return {
    coin: profile?.nativeSymbol ?? '',
    token: (address) => profile?.tokens.find((token) => sameAddress(token.address, address)) ?? null,
    router: (address) => {
      if (profile === null) return null
      if (sameAddress(profile.uniswapV3.swapRouter, address)) return 'uniswap-v3-swap-router'
      return sameAddress(profile.uniswapV2.router, address) ? 'uniswap-v2-router' : null
    },
  }
}
