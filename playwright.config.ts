import { join } from 'node:path'
import { defineConfig } from '@playwright/test'

// The tests run as a user who cannot write into the project: what they leave goes where the desktop session says.
const output = process.env['HOLDFAST_OUTPUT_DIR'] ?? 'test-results'

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: join(output, 'artifacts'),
  // One at a time: every app claims the same global shortcut on the one screen that they share.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list'], ['json', { outputFile: join(output, 'results.json') }]],
  projects: [
    { name: 'e2e', testMatch: '**/*.e2e.ts', testIgnore: '**/demo/**' },
    { name: 'demo', testMatch: 'demo/**/*.e2e.ts', timeout: 600_000 },
  ],
})
