'use strict'

// Loaded by Electron before the app (-r): "ready" comes when Playwright says that it listens, and not before.
//
// Playwright does this itself, by a file that also forces the app's keyring off, but only for an Electron of its own choosing. Without it, it attaches while
// the first window is being made, and one start in some hundred then waited for an answer that never came, with the app running before its eyes.
const { app } = require('electron')

const whenReady = app.whenReady()
/** @type {(value?: unknown) => void} */
let open = () => {}
const gate = new Promise((resolve) => {
  open = resolve
})
app.whenReady = () => gate
globalThis.__playwright_run = () => void whenReady.then(open)
