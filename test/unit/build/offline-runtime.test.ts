import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, expect, test, vi } from 'vitest'

const { ran } = vi.hoisted(() => ({ ran: { commands: [] as string[], packed: '', cache: '' } }))
vi.mock('../../../build/lib/paths.mjs', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  get cacheDir() {
    return ran.cache
  },
  inCache: (...parts: string[]) => join(ran.cache, ...parts),
}))
vi.mock('../../../build/lib/log.mjs', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  step: (_what: string, work: () => Promise<unknown>) => work(),
}))
vi.mock('../../../build/lib/lock.mjs', () => ({ withLock: (_name: string, work: () => Promise<unknown>) => work() }))
vi.mock('../../../build/lib/process.mjs', () => {
  /** A registry that hands out another archive than was asked for. */
  const run = (command: string, args: readonly string[]) => {
    ran.commands.push(command)
    ran.packed = join(args[args.indexOf('--pack-destination') + 1] ?? '', 'package.tgz')
    writeFileSync(ran.packed, 'somebody else’s archive')
    return Promise.resolve({ code: 0, output: 'package.tgz\n' })
  }
  return { run, runQuietly: run }
})

afterEach(() => {
  rmSync(ran.cache, { recursive: true, force: true })
})

test('D10: an archive with another hash is refused, and nothing of it is unpacked or kept', async () => {
  ran.cache = mkdtempSync(join(tmpdir(), 'holdfast-runtime-'))
  const { ensureOfflineRuntime } = await import('../../../build/lib/offline-runtime.mjs')
  await expect(ensureOfflineRuntime()).rejects.toThrow(/has a wrong hash and is not used/)
  expect(ran.commands).toEqual(['npm'])
  expect(existsSync(ran.packed)).toBe(false)
  expect(readdirSync(ran.cache)).toEqual([])
})
