import { join } from 'node:path'

/** The folder that everything of the app is kept in: the variable HOLDFAST_DATA_DIR, or one inside of what belongs to this user. */
export function dataFolder(userData: () => string): string {
  const wanted = process.env['HOLDFAST_DATA_DIR']
  return wanted !== undefined && wanted !== '' ? wanted : join(userData(), 'data')
}
