import { existsSync, readFileSync } from 'node:fs'

/** @typedef {{ passed: number, failed: number }} Counts */

/** @param {string} file */
const readReport = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined)

/** Counts in a vitest JSON report; a file that could not even be loaded counts as one failure. @param {string} file @returns {Counts | undefined} */
export function vitestCounts(file) {
  const report = readReport(file)
  if (report === undefined) return undefined
  /** @type {{ status: string, assertionResults: unknown[] }[]} */
  const files = report.testResults
  const unloadable = files.filter((result) => result.status === 'failed' && result.assertionResults.length === 0).length
  /** @type {{ numPassedTests: number, numFailedTests: number }} */
  const { numPassedTests, numFailedTests } = report
  return { passed: numPassedTests, failed: numFailedTests + unloadable }
}

/** Counts in a Playwright JSON report. A test that passed only when repeated has passed. @param {string} file @returns {Counts | undefined} */
export function playwrightCounts(file) {
  const report = readReport(file)
  if (report === undefined) return undefined
  /** @type {{ stats: { expected: number, flaky: number, unexpected: number }, errors: unknown[] }} */
  const { stats, errors } = report
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length }
}
