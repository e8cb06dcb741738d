/** The three separate worlds (product row P2): each has its own database, keys and latches. */
export const ENVIRONMENTS = ['paper', 'testnet', 'live'] as const
/** One of the three worlds. */
export type Environment = (typeof ENVIRONMENTS)[number]

/** Whether what is placed there moves real money. */
export function hasRealMoney(environment: Environment): boolean {
  return environment === 'live'
}
