import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { canMount, emptyFolder, start } from './support'

const json = (line: string): unknown => JSON.parse(line)

/** A small file system of our own, seen by the child alone. */
const tmpfs = (dataDir: string, options = 'size=256k'): string => `mount -t tmpfs -o ${options},mode=0700 tmpfs ${dataDir}`

// Without user namespaces an ordinary user cannot mount; everything else here runs anywhere.
describe.skipIf(!canMount)('on a file system that is full to the last byte', () => {
  test.for([
    ['the button', 'size=256k', []],
    ['the button, with no room for another file either', 'size=256k,nr_inodes=24', []],
    ['the terminal', 'size=256k', ['terminal']],
    ['the terminal, with no room for another file either', 'size=256k,nr_inodes=24', ['terminal']],
  ] as const)('%s halts, durably', async ([, options, args]) => {
    const dataDir = emptyFolder()
    const child = start('full-disk', dataDir, args, tmpfs(dataDir, options))
    expect(await child.line('armed')).toBe('true')
    expect(await child.line('full')).toBe('ENOSPC')
    if (!options.includes('inodes')) expect(await child.line('free')).toBe('0')
    expect(json(await child.line('halted'))).toMatchObject(args.length > 0 ? { halted: true } : { durable: true })
    expect(await child.line('look')).toBe('KILL_SWITCH_TRIGGERED')
    expect(json(await child.line('restart'))).toMatchObject({ state: 'triggered', scope: 'machine' })
    await child.ended
  })
})

describe.skipIf(!canMount)('on a file system that turns read-only', () => {
  test('nothing passes, since a halt could not be kept; when it can be written again the halt is made durable', async () => {
    const dataDir = emptyFolder()
    const enter = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--preserve-credentials', '--mount']
    const remount = (mode: string) => execFileSync('nsenter', [`--target=${pid}`, ...enter, 'mount', '-o', `remount,${mode}`, dataDir])
    const child = start('read-only-disk', dataDir, [], `echo pid $$ && ${tmpfs(dataDir)}`)
    const pid = await child.line('pid')
    expect(await child.line('armed')).toBe('true')
    remount('ro')
    child.proceed()
    expect(await child.line('look')).toBe('KILL_SWITCH_UNREADABLE')
    expect(await child.line('restart')).toBe('triggered')
    remount('rw')
    child.proceed()
    expect(await child.line('durable')).toBe('true')
    expect(await child.line('restart')).toBe('triggered')
    await child.ended
  })
})

test('in a folder that became read-only an ordinary user halts by emptying the leases', async () => {
  const dataDir = emptyFolder()
  const child = start('read-only-folder', dataDir)
  expect(await child.line('armed')).toBe('true')
  chmodSync(dataDir, 0o500)
  chmodSync(join(dataDir, 'paper'), 0o500)
  child.proceed()
  const receipt = json(await child.line('halted'))
  expect(receipt).toMatchObject({
    durable: true,
    recorded: false,
    closings: [{ lease: { how: 'truncated' } }, { lease: { how: 'truncated' } }],
  })
  expect(await child.line('look')).toBe('KILL_SWITCH_TRIGGERED')
  expect(readFileSync(join(dataDir, 'machine.lease'), 'utf8')).toBe('')
  chmodSync(dataDir, 0o700)
  chmodSync(join(dataDir, 'paper'), 0o700)
  child.proceed()
  expect(await child.line('restart')).toBe('triggered')
  await child.ended
})
