import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { engineBench } from '../../support/app/engine-bench'

const folder = join(import.meta.dirname, '../../../src-main')
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
const naming = (words: RegExp): string[] =>
  sources
    .filter(({ text }) => words.test(text))
    .map(({ name }) => name)
    .sort()

test('D1: who may send is a list: pipeline, canceller, replacer and rebroadcaster, wired in one place', () => {
  expect(naming(/\bplacerOf\b|\bPlacerOf\b/i)).toEqual([
    'app/compose/compose-environment.ts',
    // A chain of its own, in this process alone.
    'app/compose/rehearsal.ts',
    'app/compose/venue-table.ts',
    'engine/engine.ts',
    'engine/orders/cancel-order.ts',
    'engine/orders/pipeline.ts',
    'engine/orders/place-step.ts',
    'engine/orders/rebroadcast.ts',
    'engine/orders/replace-order.ts',
    'engine/ports.ts',
  ])
  const engine = sources.find(({ name }) => name === 'engine/engine.ts')?.text ?? ''
  const handed = engine.split('\n').flatMap((line) => (line.includes('placerOf') ? [/new (\w+)\(/.exec(line)?.[1] ?? line.trim()] : []))
  expect(handed).toEqual(['{ placerOf, ...ports }: PlacingPorts,', 'Rebroadcaster', 'OrderCanceller', 'OrderReplacer', 'Pipeline'])
})

test('D1: outside of the venues a placing side is named by the table that finds it, and by its port alone', () => {
  expect(naming(/\bVenuePlacer\b/).filter((name) => !name.startsWith('venues/'))).toEqual(['app/compose/venue-table.ts', 'engine/ports.ts'])
})

test('D1: what the engine gives on has no way to a placing side', () => {
  const bench = engineBench()
  expect(Object.keys(bench.engine.ports)).not.toContain('placerOf')
  for (const venue of bench.engine.ports.venues.all())
    expect(Object.keys(venue).sort()).toEqual(['chain', 'id', 'orders', 'planner', 'reader'])
  bench.close()
})
