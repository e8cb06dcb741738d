/**
 * The engine on a file system of its own that is filled to the last byte at a point of a swap's way. `tsx full-disk-child.ts <folder> <point>`; prints
 * one line of JSON.
 */
import { mkdirSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

import { engineBench } from './engine-bench'
import { fillDisk } from './fill-disk'

const [mount = '', point = ''] = process.argv.slice(2)
const filler = join(mount, 'filler')
const folder = join(mount, 'bench')
mkdirSync(folder)

let bench = engineBench({ folder })
const { plan, planHash } = await bench.prepare()
bench.engine.journal.onChange(({ state }) => {
  if (state === point) fillDisk(filler)
})
if (point === 'before the guards') fillDisk(filler)
const started = bench.engine.desk.confirm(plan.planId, planHash, 'operator')
if (started.ok) await started.value.done
const result = {
  free: statfsSync(folder).bfree,
  refused: started.ok ? null : started.error.code,
  asked: bench.signer.asked.length,
  placed: bench.venue.placed.length,
  faults: bench.faults.length,
}
rmSync(filler)
bench = bench.restart()
await bench.engine.recover()
const after = bench.engine.journal.get(plan.orderId)?.state ?? null
const verdict = (await bench.audit.verify()).verdict
const next = await bench.start()
process.stdout.write(`${JSON.stringify({ ...result, after, verdict, next: bench.engine.journal.get(next.orderId)?.state })}\n`)
bench.close()
