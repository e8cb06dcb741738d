import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { askJson } from '../../support/mpc-party/mutual-tls'

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url))
const RUN = join(PROJECT, 'test/support/mpc-party/run.ts')

/** Runs the command until it is asked to end; what it told in between, and with what status it ended. */
async function running<T>(folder: string, use: (url: string) => Promise<T>): Promise<{ value: T; status: unknown; told: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', RUN, '--folder', folder, '--port', '0'], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let told = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (status) => reject(new Error(`it ended with ${status}`)))
    child.stdout.on('data', (chunk: Buffer) => {
      told += chunk.toString()
      const found = /^URL\s+(\S+)$/m.exec(told)?.[1]
      if (found !== undefined && told.includes('Ctrl-C')) resolve(found)
    })
  })
  try {
    return { value: await use(url), status: await ended(child), told }
  } finally {
    child.kill('SIGKILL')
  }
}

async function ended(child: ReturnType<typeof spawn>): Promise<unknown> {
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  return (await exit)[0]
}

test('C5: npm run mpc-party keeps its key from one run to the next, tells where everything lies and no secret, and ends when asked', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'holdfast-mpc-')), 'pair')
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
  const ask = (url: string, method: string, path: string) =>
    askJson(
      url,
      { certificatePem: read('app.pem'), keyPem: read('app-key.pem'), peerAuthorityPem: read('authority.pem') },
      method,
      path,
      method === 'GET' ? null : {},
      read('token.txt'),
    )
  try {
    const first = await running(folder, (url) => ask(url, 'POST', '/dkg'))
    const second = await running(folder, (url) => ask(url, 'GET', '/address'))
    expect(first.value).toMatchObject({ status: 200, body: { ok: true } })
    expect(second.value.body).toMatchObject({ address: (first.value.body as { address: string }).address })
    expect([first.status, second.status]).toEqual([0, 0])
    for (const name of ['pair.json', 'app-key.pem', 'token.txt']) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
      expect(first.told).not.toContain(read(name).trim())
    }
    expect(first.told).toContain('for evaluation only')
  } finally {
    rmSync(join(folder, '..'), { recursive: true, force: true })
  }
})
