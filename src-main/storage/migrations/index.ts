import { initial } from './0001-initial'
import type { Migration } from './migration'

/** Every migration, in the order in which they run. */
export const MIGRATIONS: readonly Migration[] = [initial]
