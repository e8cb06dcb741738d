// Installs whatever is missing to build, test and run the app. `--official` tries the official Electron once more.
import { runMain, say } from './lib/log.mjs'
import { canOpenWindows } from './lib/desktop.mjs'
import { prepareApp } from './lib/setup.mjs'

await runMain(async () => {
  await prepareApp({ headless: !canOpenWindows(), retryOfficial: process.argv.includes('--official') })
  say('everything is in place')
})
