import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { build } from 'vite'

const ROOT = join(import.meta.dirname, '../..')

/** A program of the tests in one file, for a process that is started a thousand times. */
export interface Bundle {
  readonly path: string
  remove(): void
}

/** Bundles a program and all it imports but the database driver, which brings a binary; inside the project, so that the driver is found. */
export async function bundle(entry: string): Promise<Bundle> {
  mkdirSync(join(ROOT, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(ROOT, '.cache', 'bundle-'))
  await build({
    configFile: false,
    logLevel: 'error',
    root: ROOT,
    build: { ssr: entry, outDir: folder, target: 'node20', minify: false, rolldownOptions: { output: { entryFileNames: 'program.mjs' } } },
    ssr: { noExternal: true, external: ['better-sqlite3-multiple-ciphers'] },
  })
  return {
    path: join(folder, 'program.mjs'),
    remove: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
