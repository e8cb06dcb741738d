/** The app in a process of its own that halts, and dies by SIGKILL at the second cancel of its sweep. `tsx sweep-crash-child.ts <dataDir> <mask>`. */
import { PaperPlacer } from '../../../src-main/venues/paper/placer'
import { launchApp } from './launch'
import { memoryVault } from './vault'

const [dataDir = '', mask = ''] = process.argv.slice(2)
const { cancel } = PaperPlacer.prototype
let asked = 0
PaperPlacer.prototype.cancel = async function (this: PaperPlacer, clientOrderId) {
  asked += 1
  // The first is canceled, durably, before the second is asked for.
  if (asked === 1) return cancel.call(this, clientOrderId)
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => undefined)
}

const app = await launchApp({ dataDir, vault: memoryVault(Buffer.from(mask, 'hex')) })
app.holdfast.halt({ source: 'signal-graceful', by: 'SIGUSR1', reason: 'SIGUSR1 was received', scope: 'machine', mode: 'graceful' })
// The app's own timers keep no process alive; here it is to live until it dies.
setInterval(() => undefined, 60_000)
