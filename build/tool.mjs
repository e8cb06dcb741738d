// `node build/tool.mjs <command> …` runs one of the packages' commands on a Node that is new enough for it.
import { runMain } from './lib/log.mjs'
import { toolEnv } from './lib/node.mjs'
import { projectRoot } from './lib/paths.mjs'
import { run } from './lib/process.mjs'
import { prepareTools } from './lib/setup.mjs'

await runMain(async () => {
  const [command, ...args] = process.argv.slice(2)
  if (command === undefined) throw new Error('usage: node build/tool.mjs <command> [arguments]')
  await prepareTools()
  return (await run(command, args, { cwd: projectRoot, env: toolEnv() })).code
})
