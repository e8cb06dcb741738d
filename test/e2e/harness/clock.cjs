'use strict'

// Loaded by Electron before the app (-r): the computer's calendar as somebody set it wrongly, for the main process and for its windows, by so many
// milliseconds. `globalThis.setCalendarAhead` sets it anew while the app runs. Time that passes goes on as it does.
const { app } = require('electron')

const right = Date.now.bind(Date)
let aheadMs = Number(process.env['HOLDFAST_TEST_CLOCK_AHEAD_MS'] ?? '0')
Date.now = () => right() + aheadMs

/** @type {Set<import('electron').WebContents>} */
const pages = new Set()
const tell = (/** @type {import('electron').WebContents} */ page) =>
  page
    .executeJavaScript(`globalThis.rightNow ??= Date.now.bind(Date); Date.now = () => globalThis.rightNow() + ${aheadMs}; null`)
    .catch(() => undefined)

app.on('web-contents-created', (_event, page) => {
  pages.add(page)
  page.on('dom-ready', () => void tell(page))
  page.once('destroyed', () => pages.delete(page))
})
Object.assign(globalThis, {
  setCalendarAhead: async (/** @type {number} */ ms) => {
    aheadMs = ms
    await Promise.all([...pages].map(tell))
  },
})
