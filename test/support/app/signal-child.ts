/**
 * The app in a process of its own that is sent a signal while its event loop is busy, right before an order is placed. `tsx signal-child.ts <signal>`; prints one
 * line of JSON.
 */
import { installHaltSignals } from '../../../src-main/engine/halt/signals'
import { PAPER_SELL } from './drafts'
import { armedDataDir, launchApp, removeDataDir } from './launch'

const [name = ''] = process.argv.slice(2)
/** Long enough that the signal has come before the loop is free again. */
const BUSY_MS = 50

const signals = installHaltSignals()
const app = await launchApp({ dataDir: armedDataDir() })
signals.attach(({ signal, source, mode }) => {
  app.holdfast.halt({ source, by: signal, reason: `${signal} was received`, scope: 'machine', mode })
})
const plan = await app.must('order.prepare', PAPER_SELL)
const engine = app.holdfast.services.engine()
if (!engine.ok) throw new Error(engine.error.code)
let heardWhileBusy: boolean | null = null
engine.value.journal.onChange(({ state }) => {
  if (state !== 'submitting' || heardWhileBusy !== null) return
  process.kill(process.pid, name)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_MS)
  heardWhileBusy = app.holdfast.halted
})
const ended = app.heard('order.changed', ({ open }) => !open)
await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
const { state, why, filledBase } = await ended
const { killSwitch } = await app.must('app.status', {})
process.stdout.write(
  `${JSON.stringify({ heardWhileBusy, state, why: why?.code, filledBase, source: killSwitch.source, by: killSwitch.by })}\n`,
)
await app.stop()
removeDataDir(app.dataDir)
