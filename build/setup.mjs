// Installs whatever is missing to build, test and run the app. `--official` tries the official Electron once more; `--pkcs11` compiles what HSMs need.
import { runMain, say } from './lib/log.mjs'
import { canOpenWindows } from './lib/desktop.mjs'
import { ensurePkcs11Binding } from './lib/pkcs11-binding.mjs'
import { prepareApp } from './lib/setup.mjs'

await runMain(async () => {
  await prepareApp({ headless: !canOpenWindows(), retryOfficial: process.argv.includes('--official') })
  if (process.argv.includes('--pkcs11')) await ensurePkcs11Binding()
  say('everything is in place')
})
