import { join } from 'node:path'
import { app, BrowserWindow } from 'electron'

app.enableSandbox()

void app.whenReady().then(async () => {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
    },
  })
  await window.loadFile(join(import.meta.dirname, '../renderer/index.html'))
})

app.on('window-all-closed', () => {
  app.quit()
})
