/** One numbered step of the tables. Once released, a migration is never edited: what comes later is a further one. */
export interface Migration {
  /** Its number, counting from 1 without gaps; the database's `user_version` after it. */
  readonly id: number
  readonly sql: string
}
