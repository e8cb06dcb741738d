import { createSecretKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'

import { compareMarks, newestMarks, marksSchema, type Mark } from '../../../src-main/authority/marks'
import { SealedFile } from '../../../src-main/authority/sealed-file'
import { FakeClock } from '../../support/fake-clock'

const mark = (stamp: number, fill = 'a'): Mark => ({ stamp, macHex: fill.repeat(64) })

describe('P7: a file of people or keys follows on what is known of it', () => {
  const known = { operators: mark(5) }
  test.each([
    ['the very one', mark(5), null],
    ['a later one', mark(6, 'b'), null],
    ['one that is not believed in any case', 'unknown', null],
    ['an older one', mark(4, 'b'), 'OLDER'],
    ['another of the same time', mark(5, 'b'), 'ANOTHER'],
    ['none', 'absent', 'REMOVED'],
  ] as const)('%s', (_name, operators, fault) => {
    const findings = compareMarks(known, { operators, 'recovery-keys': 'absent' })
    expect(findings.map((finding) => [finding.file, finding.fault])).toEqual(fault === null ? [] : [['operators', fault]])
  })

  test('what was never seen cannot be missed', () => {
    expect(compareMarks({}, { operators: 'absent', 'recovery-keys': mark(1) })).toEqual([])
  })

  test('of what several remember the newest counts, file by file', () => {
    expect(newestMarks([])).toEqual({})
    expect(
      newestMarks([{ operators: mark(5) }, {}, { operators: mark(7, 'b'), 'recovery-keys': mark(1) }, { operators: mark(6) }]),
    ).toEqual({
      operators: mark(7, 'b'),
      'recovery-keys': mark(1),
    })
  })

  test('marks read back; anything else is no mark', () => {
    const both = { operators: mark(5), 'recovery-keys': mark(7, 'c') }
    expect(marksSchema.parse(both)).toEqual(both)
    expect(marksSchema.parse({})).toEqual({})
    for (const odd of ['', [], { operators: { stamp: -1, macHex: 'aa' } }, { other: {} }]) expect(() => marksSchema.parse(odd)).toThrow()
  })
})

describe('P7: a sealed file', () => {
  let folder: string
  let clock: FakeClock
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-sealed-'))
    clock = new FakeClock(1_000)
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const path = () => join(folder, 'sealed.json')
  const kind = { body: z.strictObject({ text: z.string() }), macDomain: 'a test\n', maxBytes: 1_000, what: 'a test' }
  const open = () => new SealedFile({ kind, path: path(), clock, macKey: () => createSecretKey(Buffer.alloc(32, 1)) })

  test('each writing bears a greater number, whatever the clock does', () => {
    const file = open()
    const stamps = ['a', 'b', 'c', 'd'].map((text) => {
      const written = file.write({ text })
      clock.jumpWall(text === 'b' ? -500_000 : 0)
      return written.ok ? written.value.mark.stamp : 0
    })
    expect([...stamps].sort((a, b) => a - b)).toEqual(stamps)
    expect(new Set(stamps).size).toBe(4)
  })

  test('an older one that is put in its place while the app runs is not believed, nor the number changed in it', () => {
    const file = open()
    file.write({ text: 'before' })
    const before = readFileSync(path(), 'utf8')
    file.write({ text: 'after' })
    writeFileSync(path(), before, { mode: 0o600 })
    expect(file.read()).toEqual({ kind: 'unreadable', why: 'it is an older one of ours' })
    const { stamp, ...rest } = JSON.parse(before) as { stamp: number }
    writeFileSync(path(), JSON.stringify({ ...rest, stamp: stamp + 10 }), { mode: 0o600 })
    expect(file.read()).toEqual({ kind: 'unreadable', why: 'it is not as we wrote it (MAC)' })
    writeFileSync(path(), before, { mode: 0o600 })
    // Another run cannot tell by itself: that is what the marks are for.
    expect(open().read()).toMatchObject({ kind: 'present', body: { text: 'before' }, integrity: 'verified' })
  })
})
