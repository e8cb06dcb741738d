import type { ContextModule } from '@ledgerhq/context-module'

const NOTHING = { type: 'error', error: new Error('nothing is asked of any server') } as const

/**
 * Stands in for the kit's own context module, which asks the maker's servers about each transaction and reports what was signed blindly. Nothing is asked,
 * nothing is told: the device shows what it can read by itself.
 */
export const OFFLINE_CONTEXT: ContextModule = {
  getContexts: () => Promise.resolve([]),
  // The kit names this by an enum, which would have to be loaded.
  getFieldContext: () => Promise.resolve(NOTHING as never),
  getTypedDataFilters: () => Promise.resolve(NOTHING),
  report: () => Promise.resolve(),
  signReport: () => Promise.resolve(),
}
