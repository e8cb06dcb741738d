/**
 * The engine on a file system of its own that is filled to the last byte at a point of a swap's way. `tsx full-disk-child.ts <folder> <point>`; prints
 * one line of JSON.
 */
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'

import { engineBench } from './engine-bench'

const [mount = '', point = ''] = process.argv.slice(2)
const filler = join(mount, 'filler')
const folder = join(mount, 'bench')
mkdirSync(folder)

/** Takes all the room there is; the database's own files keep what they have. */
function fill(): void {
  const fd = openSync(filler, 'a')
  try {
    for (const size of [65_536, 4_096, 512, 1]) {
      const chunk = Buffer.alloc(size)
      try {
        for (;;) writeSync(fd, chunk)
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown
      }
    }
  } finally {
    closeSync(fd)
  }
}

let bench = engineBench({ folder })
const { plan, planHash } = await bench.prepare()
bench.engine.journal.onChange(({ state }) => {
  if (state === point) fill()
})
if (point === 'before the guards') fill()
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
