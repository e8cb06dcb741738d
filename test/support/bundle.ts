import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { build } from 'vite'

const ROOT = join(import.meta.dirname, '../..')

/** A program of the tests in one file, for a process that is started many times. */
export interface Bundle {
  readonly path: string
  remove(): void
}

/**
 * Bundles a program and all it imports but what brings a binary, or is loaded late and seldom (`external`); inside the project, so that packages are found.
 */
export async function bundle(entry: string, external: readonly string[] = ['better-sqlite3-multiple-ciphers']): Promise<Bundle> {
  mkdirSync(join(ROOT, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(ROOT, '.cache', 'bundle-'))
  await build({
    configFile: false,
    logLevel: 'error',
    root: ROOT,
    build: { ssr: entry, outDir: folder, target: 'node20', minify: false, rolldownOptions: { output: { entryFileNames: 'program.mjs' } } },
    ssr: { noExternal: true, external: [...external] },
  })
  return {
    path: join(folder, 'program.mjs'),
    remove: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
