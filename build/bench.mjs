// Runs test/bench/run.ts on the tools' Node, in a desktop session, so that it may start the built app as well.
import { buildApp } from './lib/build-app.mjs'
import { runInDesktop } from './lib/desktop.mjs'
import { runMain } from './lib/log.mjs'
import { inProject } from './lib/paths.mjs'
import { appEnv, prepareApp, runtimeFiles } from './lib/setup.mjs'

await runMain(async () => {
  const runtime = await prepareApp({ headless: true })
  const built = await buildApp({ onlyIfStale: true })
  if (built !== 0) return built
  return runInDesktop('tsx', [inProject('test', 'bench', 'run.ts'), ...process.argv.slice(2)], {
    env: appEnv(runtime),
    outputTo: inProject('bench-output'),
    reads: runtimeFiles(runtime),
  })
})
