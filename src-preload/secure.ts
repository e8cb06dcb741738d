import { contextBridge, ipcRenderer } from 'electron'

import { createSecureBridge } from './bridge'
import { whenWired } from './when-wired'

contextBridge.exposeInMainWorld('holdfastSecure', createSecureBridge(whenWired(ipcRenderer)))
