// `npm test`: installs what is missing, then runs every check. Works from a bare clone.
import { runMain } from './lib/log.mjs'
import { runVerify } from './lib/verify.mjs'

await runMain(runVerify)
