import { contextBridge, ipcRenderer } from 'electron'

import { createBridge } from './bridge'
import { inLine } from './in-line'
import { whenWired } from './when-wired'

const ipc = whenWired(ipcRenderer)
contextBridge.exposeInMainWorld('holdfast', createBridge(inLine(ipc)))
// The engine is loaded by the process that also puts the window on the screen: not before there is something to see.
new PerformanceObserver((_paints, observer) => {
  observer.disconnect()
  ipc.ask()
}).observe({ type: 'paint', buffered: true })
