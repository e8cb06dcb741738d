import { appendFileSync, chmodSync, readFileSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { readRecord, writeRecord, type HaltRecord } from '../../../../src-main/engine/halt/halt-record'
import { HaltHistory, type HistoryFact } from '../../../../src-main/engine/halt/history'
import { machineLatch } from '../../../../src-main/engine/halt/places'
import { temporaryFolder } from './support'

const RECORD: HaltRecord = {
  sinceMs: 1_700_000_000_000,
  source: 'button',
  by: 'operator',
  reason: 'Looks wrong.',
  scope: 'machine',
  mode: 'graceful',
  environment: 'paper',
  maintenance: { purpose: 'update', by: 'Ada', reason: 'New version.', sinceMs: 1_700_000_000_500 },
  prev: '0'.repeat(64),
}

describe('the record of a halt', () => {
  test('reads back as it was written', () => {
    const latch = machineLatch(temporaryFolder())
    expect(readRecord(latch)).toEqual({ kind: 'absent' })
    writeRecord(latch, RECORD)
    expect(readRecord(latch)).toEqual({ kind: 'present', record: RECORD })
    writeRecord(latch, { ...RECORD, sinceMs: null, environment: null })
    expect(readRecord(latch)).toEqual({ kind: 'present', record: { ...RECORD, sinceMs: null, environment: null } })
  })

  test('is damaged by any change', () => {
    const latch = machineLatch(temporaryFolder())
    writeRecord(latch, RECORD)
    const text = readFileSync(latch.recordPath, 'utf8')
    const others = [
      '',
      '{}',
      'null',
      '[]',
      text.slice(1),
      text.replace('operator', 'nobody'),
      text.replace('button', 'tray'),
      text.replace(/"hash":"."/, '"hash":"'),
    ]
    for (const other of others) {
      writeFileSync(latch.recordPath, other.replace('Looks', 'It looks'))
      expect({ other, kind: readRecord(latch).kind }).toEqual({ other, kind: 'damaged' })
    }
    writeFileSync(latch.recordPath, text)
    chmodSync(latch.recordPath, 0o644)
    expect(readRecord(latch).kind).toBe('damaged')
  })

  test('of words we do not know is damaged, even with a fitting hash', () => {
    const latch = machineLatch(temporaryFolder())
    for (const change of [
      { source: 'moon' },
      { scope: 'galaxy' },
      { mode: 'soft' },
      { environment: 'mainnet' },
      { sinceMs: -1 },
      { by: 7 },
    ]) {
      writeRecord(latch, { ...RECORD, ...change } as HaltRecord)
      expect(readRecord(latch).kind).toBe('damaged')
    }
  })
})

const fact = (atMs: number): HistoryFact => ({
  kind: 'Halted',
  atMs,
  environment: 'paper',
  scope: 'machine',
  source: 'button',
  by: 'operator',
  reason: `number ${atMs}`,
  data: { mode: 'gate-only' },
})

function history(lines: number) {
  const path = join(temporaryFolder(), 'halt-history.jsonl')
  const written = new HaltHistory(path)
  for (let count = 1; count <= lines; count++) written.append(fact(count))
  return { path, written }
}

const shape = (view: ReturnType<HaltHistory['view']>) =>
  view.lines.map((line) => (line.kind === 'bad' ? 'bad' : line.linked ? line.entry.atMs : `${line.entry.atMs}!`))

describe('the history of halts', () => {
  test('goes on across a restart', () => {
    const { path } = history(2)
    const again = new HaltHistory(path)
    expect(again.lastKind).toBe('Halted')
    again.append(fact(3))
    expect(again.view()).toMatchObject({ intact: true, problem: null })
    expect(shape(again.view())).toEqual([1, 2, 3])
  })

  test('shows a changed line as bad, a missing one as a gap, and reads on', () => {
    const { path } = history(4)
    const lines = readFileSync(path, 'utf8').split('\n')
    writeFileSync(path, lines.map((line, index) => (index === 1 ? line.replace('number 2', 'number 7') : line)).join('\n'))
    expect(new HaltHistory(path).view().intact).toBe(false)
    expect(shape(new HaltHistory(path).view())).toEqual([1, 'bad', '3!', 4])
    writeFileSync(path, lines.filter((_line, index) => index !== 1).join('\n'))
    expect(shape(new HaltHistory(path).view())).toEqual([1, '3!', 4])
    writeFileSync(path, [lines[1], lines[0], lines[2], lines[3], ''].join('\n'))
    expect(new HaltHistory(path).view().intact).toBe(false)
  })

  test('shows a line of words that we do not know as bad, whoever hashed it', () => {
    const { path, written } = history(1)
    for (const change of [{ kind: 'Moon' }, { by: 7 }, { scope: 'galaxy' }, { atMs: -1 }, { data: null }])
      written.append({ ...fact(2), ...change } as HistoryFact)
    expect(shape(new HaltHistory(path).view())).toEqual([1, 'bad', 'bad', 'bad', 'bad', 'bad'])
  })

  test('goes on after half a line, which stays to be seen', () => {
    const { path } = history(2)
    appendFileSync(path, '{"half":')
    const again = new HaltHistory(path)
    again.append(fact(3))
    expect(shape(again.view())).toEqual([1, 2, 'bad', 3])
    truncateSync(path, readFileSync(path).length - 1)
    again.append(fact(4))
    expect(shape(new HaltHistory(path).view())).toEqual([1, 2, 'bad', 3, 4])
  })

  test('is bounded, keeps the newest, and stays chained', () => {
    const path = join(temporaryFolder(), 'halt-history.jsonl')
    const bounded = new HaltHistory(path, 10)
    for (let count = 1; count <= 34; count++) bounded.append(fact(count))
    expect(bounded.view().intact).toBe(true)
    expect(shape(bounded.view())).toEqual([26, 27, 28, 29, 30, 31, 32, 33, 34])
    new HaltHistory(path, 10).append(fact(35))
    expect(shape(new HaltHistory(path, 10).view()).at(-1)).toBe(35)
    expect(new HaltHistory(path, 10).view().intact).toBe(true)
  })

  test('moves aside what is no file of ours, and goes on from the same hash', () => {
    const { path, written } = history(1)
    unlinkSync(path)
    symlinkSync('/etc/passwd', path)
    expect(written.view()).toMatchObject({ lines: [], intact: false, problem: 'it is a symbolic link' })
    const entry = written.append(fact(2))
    expect(entry.seq).toBe(2)
    expect(shape(written.view())).toEqual([2])
  })
})
