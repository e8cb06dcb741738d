// Development with hot reload. It needs a display: without one use `npm run demo` or `npm run e2e`.
import { canOpenWindows } from './lib/desktop.mjs'
import { runMain, SetupError } from './lib/log.mjs'
import { toolEnv } from './lib/node.mjs'
import { projectRoot } from './lib/paths.mjs'
import { run } from './lib/process.mjs'
import { appEnv, prepareApp } from './lib/setup.mjs'

await runMain(async () => {
  if (!canOpenWindows()) throw new SetupError('no display for an ordinary user here; `npm run demo` and `npm run e2e` work without one.')
  const runtime = await prepareApp({ headless: false })
  return (await run('electron-vite', ['dev', ...process.argv.slice(2)], { cwd: projectRoot, env: toolEnv(appEnv(runtime)) })).code
})
