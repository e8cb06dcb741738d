import type { GuardId } from '../../../src-main/domain/guard'
import type { GuardTable } from '../../../src-main/guards/guard-table'

/** The table with some guards taken out of every list. */
export function withoutGuards(...ids: readonly GuardId[]): (table: GuardTable) => GuardTable {
  return (table) =>
    Object.fromEntries(
      Object.entries(table).map(([purpose, guards]) => [purpose, guards.filter(({ id }) => !ids.includes(id))]),
    ) as unknown as GuardTable
}
