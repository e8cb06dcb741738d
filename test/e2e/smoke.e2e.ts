import type DatabaseConstructor from 'better-sqlite3-multiple-ciphers'
import { readProcessStatus } from './harness/process-status.js'
import { expect, test } from './harness/test.js'

test('opens a window called Holdfast whose page cannot reach Node', async ({ holdfast: { app, page } }) => {
  await expect(page).toHaveTitle(/^Holdfast/)
  const reachable = await page.evaluate(() => ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis))
  expect(reachable).toEqual([])
  const versions = await app.evaluate(() => ({ ...process.versions }))
  console.log(`Electron ${versions['electron']}, Chromium ${versions['chrome']}, Node ${versions.node}, Node-API ${versions['napi']}`)
})

test('confines the renderer with the real sandbox', async ({ holdfast: { app } }) => {
  expect(process.platform, 'how a page is confined is read from /proc').toBe('linux')
  const pids = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.webContents.getOSProcessId()))
  expect(pids.length).toBeGreaterThan(0)
  for (const pid of pids) {
    const status = readProcessStatus(pid)
    expect(status.seccomp, 'a seccomp filter is on').toBe(2)
    expect(status.namespacePids.length, 'it is in a PID namespace of its own').toBeGreaterThan(1)
  }
  expect(await app.evaluate(({ app: electronApp }) => electronApp.commandLine.hasSwitch('no-sandbox'))).toBe(false)
})

test('finds a keyring for its secrets', async ({ holdfast: { app } }) => {
  const restored = await app.evaluate(
    ({ safeStorage }) => safeStorage.isEncryptionAvailable() && safeStorage.decryptString(safeStorage.encryptString('anchor')),
  )
  expect(restored).toBe('anchor')
})

test('opens an encrypted database in the main process', async ({ holdfast: { app, dataDir } }) => {
  const result = await app.evaluate(
    (_electron, { folder, binding }) => {
      // Evaluated text has no require of its own. Node 18 has no getBuiltinModule; newer ones have no mainModule here.
      const builtin = process.getBuiltinModule as typeof process.getBuiltinModule | undefined
      const load =
        builtin?.('node:module').createRequire(`${process.cwd()}/package.json`) ?? process.mainModule!.require.bind(process.mainModule)
      const Database = load('better-sqlite3-multiple-ciphers') as typeof DatabaseConstructor
      const file = `${folder}/smoke.db`
      const open = (key: string) => {
        const database = new Database(file, binding === null ? {} : { nativeBinding: binding })
        database.pragma("cipher='chacha20'")
        database.pragma(`key='raw:${key.repeat(64)}'`)
        return database
      }
      const writer = open('a')
      writer.exec("create table note (text text); insert into note values ('held')")
      writer.close()
      const reader = open('a')
      const text: unknown = reader.prepare('select text from note').pluck().get()
      reader.close()
      const stranger = open('b')
      let refusal = ''
      try {
        stranger.prepare('select text from note').get()
      } catch (error) {
        refusal = (error as { code: string }).code
      }
      stranger.close()
      return { text, refusal }
    },
    { folder: dataDir, binding: process.env['HOLDFAST_SQLITE_BINDING'] ?? null },
  )
  expect(result).toEqual({ text: 'held', refusal: 'SQLITE_NOTADB' })
})
