import { rmSync } from 'node:fs'
import { resetLastingSession } from './desktop.mjs'
import { runPlaywright } from './e2e.mjs'
import { say } from './log.mjs'
import { inProject } from './paths.mjs'
import { prepareApp } from './setup.mjs'

/**
 * Sets up, builds and runs test/e2e/demo/demo.e2e.ts in the lasting desktop session, so that `npm run audit` can read
 * afterwards what the demo did.
 * @param {readonly string[]} args passed to Playwright
 * @returns {Promise<number>} exit code
 */
export async function runDemo(args) {
  const runtime = await prepareApp({ headless: true })
  const outputTo = inProject('demo-output')
  rmSync(outputTo, { recursive: true, force: true })
  await resetLastingSession()
  const code = await runPlaywright('demo', runtime, { args, lasting: true, outputTo })
  if (code === 0) say(`the demo is through; its pictures are in ${outputTo}`)
  return code
}
