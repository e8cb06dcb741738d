import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, test } from './harness/test.js'

// Electron's own security checklist, item by item, each shown by what happens and not by how it is configured.
// https://www.electronjs.org/docs/latest/tutorial/security

let server: Server
let origin: string
let hits: string[]

test.beforeAll(async () => {
  hits = []
  server = createServer((request, response) => {
    hits.push(request.url ?? '')
    response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/html' })
    response.end('<title>elsewhere</title>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
test.afterAll(() => {
  server.close()
})

test('D2 1 and 6: nothing but our own files is loaded, even from a server that would allow it', async ({ holdfast }) => {
  const { page } = holdfast
  expect(page.url()).toMatch(/^app:\/\/holdfast\/index\.html/)
  const outcomes = await page.evaluate(async (base) => {
    const tried = async (work: () => Promise<unknown>) =>
      work().then(
        () => 'worked',
        () => 'refused',
      )
    const image = () =>
      new Promise((resolve, reject) => {
        const element = new Image()
        element.onload = resolve
        element.onerror = reject
        element.src = `${base}/image.png`
      })
    return [
      await tried(() => fetch(`${base}/fetch`)),
      await tried(image),
      await tried(() => import(/* @vite-ignore */ `${base}/module.js`)),
    ]
  }, origin)
  expect(outcomes).toEqual(['refused', 'refused', 'refused'])
  expect(hits).toEqual([])
})

test('D2 2: the page has no Node', async ({ holdfast }) => {
  const found = await holdfast.page.evaluate(() =>
    ['require', 'process', 'Buffer', 'module', 'global', 'ipcRenderer'].filter((name) => name in globalThis),
  )
  expect(found).toEqual([])
})

test('D2 3: the bridge lives in another world and cannot be changed from the page', async ({ holdfast }) => {
  const result = await holdfast.page.evaluate(async () => {
    const target = globalThis as unknown as {
      holdfast: { call: (name: string, input: unknown) => Promise<{ ok: boolean }>; ipcRenderer?: unknown }
    }
    const real = target.holdfast.call
    try {
      target.holdfast.call = () => Promise.resolve({ ok: false })
    } catch {
      // Frozen: that is what is expected.
    }
    // A page that poisons its own prototypes must not reach the checks behind the bridge.
    Object.defineProperty(Object.prototype, 'safeParse', { value: () => ({ success: true, data: { poisoned: true } }), configurable: true })
    const reply = await target.holdfast.call('app.status', { surplus: true })
    return { same: target.holdfast.call === real, keys: Object.keys(target.holdfast).sort(), reply }
  })
  expect(result.same).toBe(true)
  expect(result.keys).toEqual(['call', 'on'])
  expect(result.reply).toMatchObject({ ok: false, problem: { code: 'INVALID_INPUT' } })
})

test('D2 5: every permission is denied', async ({ holdfast }) => {
  const states = await holdfast.page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read'] as const
    const queried = await Promise.all(
      names.map(async (name) =>
        navigator.permissions.query({ name: name as PermissionName }).then(
          ({ state }) => state as string,
          () => 'denied',
        ),
      ),
    )
    const media = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'granted',
      () => 'denied',
    )
    return [...queried, media, await Notification.requestPermission()]
  })
  expect(new Set(states)).toEqual(new Set(['denied']))
})

test('D2 7: the content security policy stops inline scripts, eval, inline handlers and style attributes', async ({ holdfast }) => {
  const { page } = holdfast
  const result = await page.evaluate(async () => {
    const global = globalThis as unknown as Record<string, unknown>
    const script = document.createElement('script')
    script.textContent = 'globalThis.inlineRan = true'
    document.head.append(script)
    const holder = document.createElement('div')
    holder.innerHTML =
      '<img src="app://holdfast/none.png" onerror="globalThis.handlerRan = true"><p id="styled" style="position:fixed">x</p>'
    document.body.append(holder)
    // In a task of the page's own: what the test driver itself evaluates is exempt from the policy.
    const evaluated = await new Promise<string>((resolve) => {
      setTimeout(() => {
        try {
          resolve(String((0, eval)('1 + 1')))
        } catch {
          resolve('refused')
        }
      }, 0)
    })
    return {
      inline: global['inlineRan'] ?? null,
      handler: global['handlerRan'] ?? null,
      evaluated,
      position: getComputedStyle(document.querySelector('#styled')!).position,
    }
  })
  expect(result).toEqual({ inline: null, handler: null, evaluated: 'refused', position: 'static' })
})

test('D2 12 to 14: no navigation, no new window, no frame, no webview', async ({ holdfast }) => {
  const { page, app } = holdfast
  const before = page.url()
  const opened = await page.evaluate((base) => {
    const popup = window.open(`${base}/popup`)
    location.href = `${base}/navigated`
    const frame = document.createElement('iframe')
    frame.src = `${base}/frame`
    document.body.append(frame)
    const view = document.createElement('webview')
    document.body.append(view)
    return { popup: popup !== null, webview: 'loadURL' in view }
  }, origin)
  expect(opened).toEqual({ popup: false, webview: false })
  expect(await page.evaluate(() => [document.title, location.href])).toEqual([expect.stringContaining('Holdfast'), before])
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  expect(hits).toEqual([])
})

test('D3 17: a window that is not ours gets no answer, whatever preload it has', async ({ holdfast }) => {
  const reply = await holdfast.app.evaluate(async ({ BrowserWindow, app }) => {
    const rogue = new BrowserWindow({
      show: false,
      webPreferences: { preload: `${app.getAppPath()}/out/preload/index.cjs`, sandbox: true, contextIsolation: true },
    })
    await rogue.loadURL('about:blank')
    const answer: unknown = await rogue.webContents.executeJavaScript("window.holdfast.call('app.status', {})")
    rogue.destroy()
    return answer
  })
  expect(reply).toMatchObject({ ok: false, problem: { code: 'FORBIDDEN' } })
})

test('D3: a call or event that is not in the contract does not exist', async ({ holdfast }) => {
  const outcomes = await holdfast.page.evaluate(async () => {
    const { holdfast: bridge } = globalThis as unknown as {
      holdfast: { call: (name: string, input: unknown) => Promise<unknown>; on: (name: string, hear: () => void) => void }
    }
    const names = ['nope', '__proto__', 'constructor', 'toString', 'secure.task', 'call:app.status']
    const called = await Promise.all(
      names.map((name) =>
        bridge.call(name, {}).then(
          () => 'answered',
          () => 'impossible',
        ),
      ),
    )
    let heard = 'possible'
    try {
      bridge.on('__proto__', () => undefined)
    } catch {
      heard = 'impossible'
    }
    return [...called, heard]
  })
  expect(new Set(outcomes)).toEqual(new Set(['impossible']))
})

test('D2 18: the app:// scheme serves our own files and nothing outside them', async ({ holdfast }) => {
  const statuses = await holdfast.app.evaluate(async ({ session }) => {
    const addresses = [
      'app://holdfast/index.html',
      'app://holdfast/../../package.json',
      'app://holdfast/%2e%2e/%2e%2e/package.json',
      'app://holdfast/..%2f..%2fpackage.json',
      'app://elsewhere/index.html',
      'app://holdfast/index.html%00.png',
    ]
    return Promise.all(
      addresses.map(async (address) =>
        session.defaultSession.fetch(address).then(
          ({ status }) => status,
          () => 0,
        ),
      ),
    )
  })
  expect(statuses[0]).toBe(200)
  for (const status of statuses.slice(1)) expect([0, 404]).toContain(status)
})

test('D2: nothing can be downloaded', async ({ holdfast }) => {
  const started = await holdfast.app.evaluate(
    ({ session }) =>
      new Promise<string>((resolve) => {
        session.defaultSession.on('will-download', (event) => {
          setImmediate(() => {
            resolve(event.defaultPrevented ? 'prevented' : 'started')
          })
        })
        session.defaultSession.downloadURL('app://holdfast/index.html')
      }),
  )
  expect(started).toBe('prevented')
})
