import { contextBridge, ipcRenderer } from 'electron'

import { createSecureBridge } from './bridge'

contextBridge.exposeInMainWorld('holdfastSecure', createSecureBridge(ipcRenderer))
