import { afterEach, beforeEach } from 'vitest'

import { launchApp, removeDataDir, setUp, type TestApp } from './launch'

/** A composed app of its own for each test of a file, set up. To be called once, at the top of a file. */
export function eachApp(): { readonly app: TestApp } {
  let running: TestApp | null = null
  const bench = {
    get app(): TestApp {
      if (running === null) throw new Error('no test runs')
      return running
    },
  }
  beforeEach(async () => {
    running = await launchApp()
    await setUp(running)
  })
  afterEach(async () => {
    await bench.app.stop()
    removeDataDir(bench.app.dataDir)
  })
  return bench
}
