// `npm run crash`: kills the app at random instants, many times, and compares what is left (test/crash/run.ts).
import { runMain } from './lib/log.mjs'
import { inProject } from './lib/paths.mjs'
import { runOnTools } from './lib/tools.mjs'

await runMain(() => runOnTools(inProject('test', 'crash', 'run.ts'), process.argv.slice(2)))
