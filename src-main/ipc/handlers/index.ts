import type { calls } from '../../../src-preload/contract'
import type { Handlers } from '../dispatch'
import type { Services } from '../services'
import { marketHandlers } from './market'
import { orderHandlers } from './orders'

/** A handler for every call of the main window's contract. */
export function allHandlers(services: Services): Handlers<typeof calls> {
  return { ...services.app, ...marketHandlers(services), ...orderHandlers(services) }
}
