import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { readCommand } from '../../../../src-main/app/start/command-line'
import { loadPreferences, savePreferences } from '../../../../src-main/app/start/preferences'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-preferences-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})
const PAPER = { environment: 'paper', colourScheme: 'dark' }

test('preferences are kept, and a fresh machine starts in paper', () => {
  expect(loadPreferences(folder)).toEqual(PAPER)
  savePreferences(folder, { environment: 'testnet', colourScheme: 'auto' })
  expect(loadPreferences(folder)).toEqual({ environment: 'testnet', colourScheme: 'auto' })
})

test.for([
  '',
  'null',
  '[]',
  '{',
  '{"environment":"live"}',
  '{"environment":"mainnet","colourScheme":"dark"}',
  '{"environment":"live","colourScheme":"dark","guards":"off"}',
])('X10: preferences that hold %j mean paper', (text) => {
  writeFileSync(join(folder, 'preferences.json'), text)
  expect(loadPreferences(folder)).toEqual(PAPER)
})

test('X10: a folder in the place of the preferences means paper', () => {
  mkdirSync(join(folder, 'preferences.json'))
  expect(loadPreferences(folder)).toEqual(PAPER)
})

test('the command line: a halt, the audit log, or the window', () => {
  expect(readCommand(['holdfast'])).toEqual({ kind: 'window' })
  expect(readCommand(['electron', '.', '--no-sandbox'])).toEqual({ kind: 'window' })
  expect(readCommand(['holdfast', 'halt', 'looks', 'wrong'])).toEqual({ kind: 'halt', reason: 'looks wrong' })
  expect(readCommand(['electron', '.', '--no-sandbox', 'halt'])).toEqual({ kind: 'halt', reason: 'halted from a terminal' })
  expect(readCommand(['holdfast', 'audit', 'verify', '--environment', 'paper'])).toEqual({
    kind: 'audit',
    args: ['verify', '--environment', 'paper'],
  })
})
