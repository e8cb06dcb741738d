import { pathToFileURL } from 'node:url'

import type { BenchResult } from './bench'

/** Runs one bench in a process of its own, so that none finds the heap or the files as another left them. */
const file = process.argv[2] ?? ''
const bench = (await import(pathToFileURL(file).href)) as { run?: () => Promise<BenchResult[]> }
if (bench.run === undefined) throw new Error(`${file} exports no run()`)
const results = await bench.run()
process.send?.(results, () => process.disconnect())
