import { spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const CHILD = join(import.meta.dirname, '../../support/app/full-disk-child.ts')
const CANCEL_CHILD = join(import.meta.dirname, '../../support/app/full-disk-cancel-child.ts')
// The project's own configuration sends the database driver to its types.
const TSX_CONFIG = join(import.meta.dirname, '../../../build/tsx.config.json')
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

  test.for([
    [
      'with room held back, it is: recorded, signed and kept before it leaves',
      'with',
      { outcome: 'sent', placed: 2, keptBeforeItLeft: true },
    ],
    ['with none, it is refused: what cannot be kept is not sent', 'without', { outcome: 'failed', placed: 1, keptBeforeItLeft: false }],
  ] as const)('B5: a swap that waits on a chain is to be canceled while halted: %s', ([, how, expected]) => {
    const script = 'folder=$1 && mount -t tmpfs -o size=12m,mode=0700 tmpfs "$folder" && shift && exec "$@"'
    const ran = inNamespace(script, folder, process.execPath, '--import', 'tsx', CANCEL_CHILD, folder, how)
    expect(ran.status, ran.stderr).toBe(0)
    expect(JSON.parse(ran.stdout)).toEqual({ free: 0, held: false, verdict: 'intact', ...expected })
  })
})
