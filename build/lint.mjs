// ESLint and dependency-cruiser side by side: two cores, two tools.
import { runMain } from './lib/log.mjs'
import { runLint } from './lib/lint.mjs'
import { prepareTools } from './lib/setup.mjs'

await runMain(async () => {
  await prepareTools()
  return runLint(process.argv.slice(2))
})
