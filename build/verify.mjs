// Every check of the project, with a summary of what took how long.
import { runMain } from './lib/log.mjs'
import { runVerify } from './lib/verify.mjs'

await runMain(runVerify)
