import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { latchFolderOddity, leaseBytes, newLease, readLease, removeLease, writeLease } from '../../../../src-main/engine/halt/lease'
import { environmentLatch, machineLatch } from '../../../../src-main/engine/halt/places'
import { countingRandom, temporaryFolder } from './support'

function freshLease() {
  const latch = machineLatch(temporaryFolder())
  const lease = newLease(latch, countingRandom(), 1_700_000_000_000.7)
  writeLease(latch, lease)
  return { latch, lease, text: leaseBytes(lease).toString() }
}

describe('a lease', () => {
  test('reads back as it was written, and leaves nothing else behind', () => {
    const { latch, lease } = freshLease()
    expect(readLease(latch)).toEqual({ kind: 'present', lease })
    expect(lease).toMatchObject({ scope: 'machine', environment: null, createdAtMs: 1_700_000_000_000 })
    expect(statSync(latch.leasePath).mode & 0o7777).toBe(0o600)
    expect(readdirSync(latch.folder)).toEqual(['machine.lease'])
  })

  test('is absent where nothing is', () => {
    expect(readLease(machineLatch(temporaryFolder()))).toEqual({ kind: 'absent' })
  })

  test('is odd in any other text than our own', () => {
    const { latch, lease, text } = freshLease()
    const texts = [
      '',
      '{}',
      'null',
      `${text}\n`,
      ` ${text}`,
      text.replace('"v":1', '"v":2'),
      text.replace(lease.id, lease.id.toUpperCase()),
      text.replace(lease.id, lease.id.slice(1)),
      text.replace('"v":1', '"v":1,"x":1'),
      text.replace('"machine"', '"environment"'),
      text.replace('null', '"paper"'),
      text.replace(/"createdAtMs":\d+/, '"createdAtMs":-1'),
      text.replace(/"createdAtMs":\d+/, '"createdAtMs":01'),
      text.replace('{', '{"v":1,'),
      `${text}${' '.repeat(600)}`,
    ]
    for (const other of texts) {
      writeFileSync(latch.leasePath, other)
      expect({ other, kind: readLease(latch).kind }).toEqual({ other, kind: 'odd' })
    }
    writeFileSync(latch.leasePath, text)
    expect(readLease(latch).kind).toBe('present')
  })

  test('of one environment is none of another', () => {
    const folder = temporaryFolder()
    const [paper, live] = [environmentLatch(folder, 'paper'), environmentLatch(folder, 'live')]
    for (const latch of [paper, live]) mkdirSync(latch.folder, { mode: 0o700 })
    writeLease(paper, newLease(paper, countingRandom(), 1))
    writeFileSync(live.leasePath, readFileSync(paper.leasePath), { mode: 0o600 })
    expect(readLease(paper).kind).toBe('present')
    expect(readLease(live).kind).toBe('odd')
  })

  test.for([0o644, 0o640, 0o660, 0o666, 0o700, 0o400, 0o4600])('is odd with mode %o', (mode) => {
    const { latch } = freshLease()
    chmodSync(latch.leasePath, mode)
    expect(readLease(latch).kind).toBe('odd')
  })

  test('is odd as a link, a second name, a folder, a FIFO', () => {
    const { latch, text } = freshLease()
    const elsewhere = join(latch.folder, 'elsewhere')
    const replaceBy = (make: () => void): string => {
      rmSync(latch.leasePath, { recursive: true, force: true })
      make()
      const reading = readLease(latch)
      return reading.kind === 'odd' ? reading.why : reading.kind
    }
    writeFileSync(elsewhere, text, { mode: 0o600 })
    expect(replaceBy(() => symlinkSync(elsewhere, latch.leasePath))).toBe('it is a symbolic link')
    expect(replaceBy(() => symlinkSync('/nowhere', latch.leasePath))).toBe('it is a symbolic link')
    expect(replaceBy(() => linkSync(elsewhere, latch.leasePath))).toBe('it has a second name (hard link)')
    expect(replaceBy(() => mkdirSync(latch.leasePath))).toBe('it is not a regular file')
    expect(replaceBy(() => void execFileSync('mkfifo', ['-m', '600', latch.leasePath]))).toBe('it is not a regular file')
  })

  test('is odd where its folder is a file', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'paper'), '')
    expect(readLease(environmentLatch(folder, 'paper')).kind).toBe('odd')
  })
})

describe('removing a lease', () => {
  test('takes the file away, and is content where there is none', () => {
    const { latch } = freshLease()
    expect(removeLease(latch)).toMatchObject({ how: 'unlinked', closed: true, synced: true, problems: [] })
    expect(removeLease(latch)).toMatchObject({ how: 'absent', closed: true, synced: true, problems: [] })
    expect(removeLease(machineLatch(join(latch.folder, 'no-such-folder')))).toMatchObject({ how: 'absent', closed: true, problems: [] })
  })

  test('takes a link away, not what it points to', () => {
    const { latch } = freshLease()
    const precious = join(latch.folder, 'precious')
    writeFileSync(precious, 'keep')
    rmSync(latch.leasePath)
    symlinkSync(precious, latch.leasePath)
    expect(removeLease(latch)).toMatchObject({ how: 'unlinked', closed: true })
    expect(readFileSync(precious, 'utf8')).toBe('keep')
  })

  test('leaves a folder in its place, which halts as it stands; writing a lease moves it aside', () => {
    const { latch, lease } = freshLease()
    rmSync(latch.leasePath)
    mkdirSync(latch.leasePath)
    writeFileSync(join(latch.leasePath, 'inside'), 'keep')
    const removal = removeLease(latch)
    expect(removal).toMatchObject({ how: 'not-a-lease', closed: true })
    expect(removal.problems).toHaveLength(1)
    writeLease(latch, lease)
    expect(readLease(latch).kind).toBe('present')
    expect(existsSync(join(`${latch.leasePath}.aside-${lease.id}`, 'inside'))).toBe(true)
  })
})

test('a folder counts only as a real one, ours, with mode 700', () => {
  const folder = temporaryFolder()
  expect(latchFolderOddity(machineLatch(folder))).toBeNull()
  for (const mode of [0o755, 0o750, 0o500, 0o1700]) {
    chmodSync(folder, mode)
    expect(latchFolderOddity(machineLatch(folder))).toContain('mode')
  }
  chmodSync(folder, 0o700)
  symlinkSync(folder, join(folder, 'link'))
  expect(latchFolderOddity(machineLatch(join(folder, 'link')))).toBe('is not a folder')
  expect(latchFolderOddity(machineLatch(join(folder, 'none')))).toBe('absent')
})
