import { app, type Session, type WebContents, type WebPreferences } from 'electron'

/** What every window is made with; a caller can choose the preload and nothing else. */
export function webPreferences(preload: string): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: !app.isPackaged,
    // A halt button must answer also when the window was in the background.
    backgroundThrottling: false,
  }
}

/** Denies every permission, download and request that is not for our own files. */
export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => {
    answer(false)
  })
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => {
    event.preventDefault()
  })
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !isOwn(details.url) })
  })
}

/** Keeps every web contents where it is: no navigation, no new windows, no embedded pages. */
export function hardenContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  for (const event of ['will-navigate', 'will-redirect', 'will-attach-webview'] as const) {
    contents.on(event as 'will-navigate', (detail) => {
      detail.preventDefault()
    })
  }
}

/** Whether an address is one of our own files, or the developer tools' own. */
function isOwn(url: string): boolean {
  return url.startsWith('app://holdfast/') || (!app.isPackaged && url.startsWith('devtools://'))
}
