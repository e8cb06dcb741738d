// `npm run soak`: an hour of paper trading with things going wrong, watched for leaks (test/soak/run.ts).
import { runMain } from './lib/log.mjs'
import { inProject } from './lib/paths.mjs'
import { runOnTools } from './lib/tools.mjs'

await runMain(() => runOnTools(inProject('test', 'soak', 'run.ts'), process.argv.slice(2), ['--expose-gc']))
