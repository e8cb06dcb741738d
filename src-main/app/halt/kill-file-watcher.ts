import { parentPort, workerData } from 'node:worker_threads'

import { KillFileWatch, type WatchTask } from '../../engine/halt/kill-file-watch'
import { systemClock, systemScheduler } from '../../lib/clock'

/** Entry of the watching thread. It lives as long as its port is listened to, and ends when it is told anything at all. */
if (parentPort === null) throw new Error('this is a worker')
const port = parentPort
const watch = new KillFileWatch(workerData as WatchTask, (message) => port.postMessage(message), systemClock, systemScheduler)
port.on('message', () => {
  watch.stop()
  port.close()
})
watch.start()
