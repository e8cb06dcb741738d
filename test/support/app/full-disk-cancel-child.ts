/**
 * A swap waits on a chain, the file system is filled to the last byte, trading is halted, and the swap is canceled. `tsx full-disk-cancel-child.ts <folder>
 * <with | without>` a reserve; prints one line of JSON.
 */
import { mkdirSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

import { DiskReserve } from '../../../src-main/storage/disk-reserve'
import { engineBench, TRIGGERED } from './engine-bench'
import { fillDisk } from './fill-disk'

const [mount = '', how = ''] = process.argv.slice(2)
const folder = join(mount, 'bench')
mkdirSync(folder)
const reserve = new DiskReserve(join(folder, 'reserve'), { reserveBytes: 4 << 20, plentyBytes: 4 << 20 })
if (how === 'with' && !reserve.hold()) throw new Error('no room for the reserve')

const bench = engineBench({ folder, ports: (ports) => ({ ...ports, makeRoom: () => void reserve.makeRoom() }) })
const { orderId } = await bench.start()
fillDisk(join(mount, 'filler'))
const free = statfsSync(folder).bfree
bench.gate.snapshot = TRIGGERED
let keptBeforeItLeft = false
bench.venue.onPlace = ({ raw, hash }) => {
  keptBeforeItLeft = bench.engine.transactions.ofOrder(orderId).some((tx) => tx.purpose === 'cancel' && tx.raw === raw)
  return { kind: 'accepted', ref: hash }
}
const outcome = await bench.engine.replacer.cancelOnChain(orderId, 'test')
const result = {
  free,
  outcome: outcome.kind,
  placed: bench.venue.placed.length,
  keptBeforeItLeft,
  held: reserve.held,
}
rmSync(join(mount, 'filler'))
process.stdout.write(`${JSON.stringify({ ...result, verdict: (await bench.audit.verify()).verdict })}\n`)
bench.close()
