import { spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const CHILD = join(import.meta.dirname, '../../support/app/full-disk-child.ts')
// The project's own configuration sends the database driver to its types.
const TSX_CONFIG = join(import.meta.dirname, '../../bench/lib/tsx.config.json')
/** A mount namespace of one's own, as root or as an ordinary user. */
const NAMESPACE = ['unshare', ...(process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'])] as const
const inNamespace = (script: string, ...args: readonly string[]) =>
  spawnSync(NAMESPACE[0], [...NAMESPACE.slice(1), 'sh', '-c', script, 'sh', ...args], {
    encoding: 'utf8',
    env: { ...process.env, TSX_TSCONFIG_PATH: TSX_CONFIG },
  })
const canMount = inNamespace('mount -t tmpfs -o size=64k none /mnt').status === 0

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-full-')))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

// Without user namespaces an ordinary user cannot mount.
describe.skipIf(!canMount)('B2 decision 4: a disk that is full to the last byte', () => {
  const points = [
    ['before the guards', { refused: 'JOURNAL_UNAVAILABLE', asked: 0, after: null }],
    ['approved', { refused: null, asked: 0, after: 'failed' }],
    ['signed', { refused: null, asked: 1, after: 'failed' }],
  ] as const
  test.for(points)('%s: nothing leaves, and with room again it ends in one outcome and trading goes on', ([point, expected]) => {
    const script = 'folder=$1 && mount -t tmpfs -o size=4m,mode=0700 tmpfs "$folder" && shift && exec "$@"'
    const ran = inNamespace(script, folder, process.execPath, '--import', 'tsx', CHILD, folder, point)
    expect(ran.status, ran.stderr).toBe(0)
    expect(JSON.parse(ran.stdout)).toMatchObject({ free: 0, placed: 0, verdict: 'intact', next: 'submitted', ...expected })
  })
})
