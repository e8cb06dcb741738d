import { buildApp } from './lib/build-app.mjs'
import { runMain } from './lib/log.mjs'
import { prepareTools } from './lib/setup.mjs'

await runMain(async () => {
  await prepareTools()
  return buildApp()
})
