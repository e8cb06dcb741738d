import { runPlaywright } from './lib/e2e.mjs'
import { runMain } from './lib/log.mjs'
import { prepareApp } from './lib/setup.mjs'

await runMain(async () => runPlaywright('e2e', await prepareApp({ headless: true }), { args: process.argv.slice(2) }))
