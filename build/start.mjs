// `npm start`: opens the window where there is a display; elsewhere runs the hands-free demo. `npm start -- halt "why"` halts, anywhere.
import { buildApp } from './lib/build-app.mjs'
import { runDemo } from './lib/demo.mjs'
import { canOpenWindows, hasDisplay } from './lib/desktop.mjs'
import { asksToHalt, halt } from './lib/halt.mjs'
import { runMain, say } from './lib/log.mjs'
import { toolEnv } from './lib/node.mjs'
import { projectRoot } from './lib/paths.mjs'
import { run } from './lib/process.mjs'
import { appEnv, prepareApp } from './lib/setup.mjs'

await runMain(async () => {
  const given = process.argv.slice(2)
  if (asksToHalt(given)) return halt(given)
  if (!canOpenWindows()) {
    say(
      hasDisplay()
        ? 'running as root, where Electron has no sandbox: the hands-free demo runs instead, as an ordinary user'
        : 'no display here: the hands-free demo runs instead',
    )
    return runDemo(given)
  }
  const runtime = await prepareApp({ headless: false })
  const built = await buildApp({ onlyIfStale: true })
  if (built !== 0) return built
  return (await run(runtime.executable, [projectRoot, ...given], { cwd: projectRoot, env: toolEnv(appEnv(runtime)) })).code
})
