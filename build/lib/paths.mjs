import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds package.json. */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** Everything fetched or compiled on demand; git-ignored, may be deleted at any time. */
export const cacheDir = join(projectRoot, '.cache')

/** Joins onto the project root. @param {...string} parts */
export const inProject = (...parts) => join(projectRoot, ...parts)

/** Joins onto the cache folder. @param {...string} parts */
export const inCache = (...parts) => join(cacheDir, ...parts)
