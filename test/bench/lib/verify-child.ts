import { openShop } from './audit-shop'

/** What checking a whole chain took, in a process that did nothing else. */
export interface VerifyFigures {
  readonly durationMs: number
  /** How much resident memory rose above what the open database took, at its highest. */
  readonly growthMb: number
  /** The longest that nothing else could run, in processor time: what other programs do to this one meanwhile is not counted. */
  readonly longestHoldMs: number
}

const [path = '', anchorPath = '', keyHex = ''] = process.argv.slice(2)
const { db, log } = openShop({ path, anchorPath, key: Buffer.from(keyHex, 'hex') })
// Warm up on the quick part, so that loading code is not counted as growth.
await log.page({ filter: { type: 'none' }, offset: 0, limit: 1 })
globalThis.gc?.()

const before = process.memoryUsage.rss()
let peak = before
let longestHoldMs = 0
const processorMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
let turnMs = processorMs()
let running = true
const watch = (): void => {
  const nowMs = processorMs()
  longestHoldMs = Math.max(longestHoldMs, nowMs - turnMs)
  turnMs = nowMs
  peak = Math.max(peak, process.memoryUsage.rss())
  if (running) setImmediate(watch)
}
setImmediate(watch)
const report = await log.verify()
running = false
if (report.verdict !== 'intact') throw new Error(JSON.stringify(report.breaks))
log.close()
db.close()
const figures: VerifyFigures = {
  durationMs: report.durationMs,
  growthMb: (peak - before) / 1_048_576,
  longestHoldMs,
}
process.send?.(figures, () => process.disconnect())
