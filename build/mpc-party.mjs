// `npm run mpc-party`: two real parties of two-party ECDSA on loopback, for development (test/support/mpc-party/run.ts).
import { runMain } from './lib/log.mjs'
import { inProject } from './lib/paths.mjs'
import { runOnTools } from './lib/tools.mjs'

await runMain(() => runOnTools(inProject('test', 'support', 'mpc-party', 'run.ts'), process.argv.slice(2)))
