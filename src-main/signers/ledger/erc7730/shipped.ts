import erc20 from '../descriptors/erc20.json'
import holdfast from '../descriptors/holdfast.json'
import uniswapV2 from '../descriptors/uniswap-v2-router.json'
import uniswapV3 from '../descriptors/uniswap-v3-swap-router.json'
import { descriptorSchema, type Descriptor } from './descriptor'

/** What the app ships descriptors for. */
export type ShippedId = 'erc20' | 'uniswap-v2-router' | 'uniswap-v3-swap-router' | 'holdfast'

let read: ReadonlyMap<string, Descriptor> | null = null

/** A descriptor by its id; read when it is first wanted. Throws if what is shipped is no descriptor. */
export function shippedDescriptor(id: ShippedId): Descriptor {
  read ??= new Map(
    [erc20, holdfast, uniswapV2, uniswapV3].map((json) => {
      const descriptor = descriptorSchema.parse(json)
      return [descriptor.context.$id, descriptor]
    }),
  )
  const found = read.get(id)
  if (found === undefined) throw new Error(`no descriptor ${id} is shipped`)
  return found
}

/** The shipped descriptor of a contract at one of its official addresses, or null. */
export function officialDescriptor(chainId: number, address: string): ShippedId | null {
  const ids: readonly ShippedId[] = ['uniswap-v3-swap-router', 'uniswap-v2-router']
  const isThere = (id: ShippedId): boolean =>
    shippedDescriptor(id).context.contract?.deployments.some(
      (one) => one.chainId === chainId && one.address.toLowerCase() === address.toLowerCase(),
    ) ?? false
  return ids.find(isThere) ?? null
}
