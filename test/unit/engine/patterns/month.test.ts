import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { PATTERN_KINDS, type PatternKind, type Sensitivity } from '../../../../src-main/domain/pattern'
import { PatternDetector } from '../../../../src-main/engine/patterns/detector'
import { MONTH_FIGURES, type MonthFigures } from '../../../../src-main/engine/patterns/month-figures'
import { decimal } from '../../../../src-main/lib/decimal'
import { generateMonth, monthText, type MonthLine } from '../../../fixtures/patterns/generate-month'

const FILE = join(import.meta.dirname, '../../../fixtures/patterns/month.jsonl')
const recorded = readFileSync(FILE, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as MonthLine)

/** Replays the month as it happened; the owner owns up to each false alarm, and to nothing else. */
function replay(sensitivity: Exclude<Sensitivity, 'off'>, month: readonly MonthLine[] = recorded) {
  const detector = new PatternDetector()
  const all = Object.fromEntries(PATTERN_KINDS.map((kind) => [kind, sensitivity])) as Record<PatternKind, Sensitivity>
  const found = new Set<string>()
  const falseAlarms: string[] = []
  for (const { episode, usd, ...line } of month) {
    for (const { finding, isNew } of detector.take({ ...line, account: 'main', usd: usd === null ? null : decimal(usd) }, all)) {
      if (!isNew) continue
      if (episode !== null) found.add(episode)
      else {
        falseAlarms.push(`${new Date(line.atMs).toISOString()} ${finding.kind} ${JSON.stringify(finding.figures)}`)
        detector.unflag(finding.orderIds)
      }
    }
  }
  const episodes = [...new Set(month.flatMap(({ episode }) => (episode === null ? [] : [episode])))]
  const judged = month.filter(
    ({ episode, kind, atMs }) => episode === null && kind !== 'signature' && atMs >= month[0]!.atMs + 10 * 86_400_000,
  )
  const figures: MonthFigures = { falseAlarms: falseAlarms.length, judged: judged.length, found: found.size, episodes: episodes.length }
  return { figures, falseAlarms, missed: episodes.filter((episode) => !found.has(episode)) }
}

test('P6: the recorded month is what its seed makes', () => {
  expect(monthText(generateMonth())).toBe(readFileSync(FILE, 'utf8'))
})

test.each(['relaxed', 'balanced', 'strict'] as const)('P6: false alarms and what was found on the recorded month, %s', (sensitivity) => {
  const { figures, falseAlarms, missed } = replay(sensitivity)
  expect(figures, [...falseAlarms, ...missed].join('\n')).toEqual(MONTH_FIGURES[sensitivity])
})

test('P6: balanced gives at most one false alarm in a week and finds at least nine of ten', () => {
  const { falseAlarms, found, episodes } = MONTH_FIGURES.balanced
  expect(falseAlarms).toBeLessThanOrEqual(4)
  expect(found / episodes).toBeGreaterThanOrEqual(0.9)
})

test('P6: the figures are no accident of one seed: twenty other months, balanced', () => {
  const months = Array.from({ length: 20 }, (_, index) => replay('balanced', generateMonth(1_000 + index)))
  const sum = (of: (figures: MonthFigures) => number) => months.reduce((total, { figures }) => total + of(figures), 0)
  const report = months.flatMap(({ falseAlarms, missed }) => [...falseAlarms, ...missed]).join('\n')
  expect(sum(({ falseAlarms }) => falseAlarms) / sum(({ judged }) => judged), report).toBeLessThan(0.015)
  expect(sum(({ found }) => found) / sum(({ episodes }) => episodes), report).toBeGreaterThan(0.95)
})

test('P6: what is switched off says nothing', () => {
  const detector = new PatternDetector()
  const off = Object.fromEntries(PATTERN_KINDS.map((kind) => [kind, 'off'])) as Record<PatternKind, Sensitivity>
  const told = recorded.flatMap(({ usd, ...line }) =>
    detector.take({ ...line, account: 'main', usd: usd === null ? null : decimal(usd) }, off),
  )
  expect(told).toEqual([])
})
