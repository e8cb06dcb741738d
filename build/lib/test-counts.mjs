import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { projectRoot } from './paths.mjs'

/** @typedef {{ passed: number, failed: number, failures?: string[] }} Counts What failed is named as `file: test`. */

/** @param {string} file */
const readReport = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined)

/** Counts in a vitest JSON report; a file that could not even be loaded counts as one failure. @param {string} file @returns {Counts | undefined} */
export function vitestCounts(file) {
  const report = readReport(file)
  if (report === undefined) return undefined
  /** @type {{ name: string, status: string, assertionResults: { status: string, fullName: string }[] }[]} */
  const files = report.testResults
  const unloadable = files.filter((result) => result.status === 'failed' && result.assertionResults.length === 0)
  const failures = files.flatMap(({ name, assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => `${relative(projectRoot, name)}: ${fullName}`),
  )
  /** @type {{ numPassedTests: number, numFailedTests: number }} */
  const { numPassedTests, numFailedTests } = report
  return {
    passed: numPassedTests,
    failed: numFailedTests + unloadable.length,
    failures: [...failures, ...unloadable.map(({ name }) => relative(projectRoot, name))],
  }
}

/** Counts in a Playwright JSON report. A test that passed only when repeated has passed. @param {string} file @returns {Counts | undefined} */
export function playwrightCounts(file) {
  const report = readReport(file)
  if (report === undefined) return undefined
  /** @type {{ stats: { expected: number, flaky: number, unexpected: number }, errors: unknown[] }} */
  const { stats, errors } = report
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length, failures: failedSpecs(report) }
}

/**
 * Specs that failed, in this suite and those inside it.
 * @typedef {{ specs?: { ok: boolean, file: string, title: string }[], suites?: Suite[] }} Suite
 * @param {Suite} suite
 * @returns {string[]}
 */
function failedSpecs({ specs = [], suites = [] }) {
  return [...specs.filter(({ ok }) => !ok).map(({ file, title }) => `${file}: ${title}`), ...suites.flatMap(failedSpecs)]
}
