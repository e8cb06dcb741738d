// The hands-free demo: drives the built app through its window and leaves pictures in demo-output/.
import { runDemo } from './lib/demo.mjs'
import { runMain } from './lib/log.mjs'

await runMain(() => runDemo(process.argv.slice(2)))
