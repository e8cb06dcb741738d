import { readdirSync, readFileSync } from 'node:fs'

import type { RunningHoldfast } from './launch.js'

/** Records from now on every message between main and the big page, both ways, where main has it in its hands. Answers how to read the record. */
export async function tapIpc({ app }: RunningHoldfast): Promise<() => Promise<string>> {
  await app.evaluate(({ BrowserWindow, ipcMain }) => {
    type Handler = (event: { sender: { id: number } }, ...parameters: unknown[]) => unknown
    const [window] = BrowserWindow.getAllWindows()
    if (window === undefined) throw new Error('there is no window to listen to')
    const { webContents } = window
    const tape: string[] = []
    Object.assign(globalThis, { ipcTape: tape })
    const write = (way: string, channel: string, what: unknown): void => {
      const text = JSON.stringify(what, (_key, value: unknown) =>
        ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1') : value,
      )
      tape.push(`${way} ${channel} ${text}`)
    }
    const { _invokeHandlers: handlers } = ipcMain as unknown as { _invokeHandlers: Map<string, Handler> }
    for (const [channel, handler] of handlers) {
      handlers.set(channel, async (event, ...parameters) => {
        const ours = event.sender.id === webContents.id
        if (ours) write('in', channel, parameters)
        const answer = await handler(event, ...parameters)
        if (ours) write('out', channel, answer)
        return answer
      })
    }
    const send = webContents.send.bind(webContents)
    webContents.send = (channel: string, ...parameters: unknown[]) => {
      write('event', channel, parameters)
      send(channel, ...parameters)
    }
    webContents.on('ipc-message', (_event, channel, ...parameters: unknown[]) => write('in', channel, parameters))
  })
  return () => app.evaluate(() => (globalThis as unknown as { ipcTape: string[] }).ipcTape.join('\n'))
}

/** What the big page's heap holds: every string, object and property of the process's V8, as DevTools would save it. */
export async function heapOf({ page }: RunningHoldfast): Promise<Buffer> {
  const cdp = await page.context().newCDPSession(page)
  const chunks: Buffer[] = []
  cdp.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(Buffer.from(chunk)))
  await cdp.send('HeapProfiler.enable')
  await cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await cdp.detach()
  return Buffer.concat(chunks)
}

/** A process as anybody on the machine who may look sees it. */
export interface SeenProcess {
  readonly pid: number
  readonly commandLine: Buffer
  /** Null where the kernel lets nobody but root read it. */
  readonly environment: Buffer | null
}

/** A process and all that it has started, and they have, and so on (Linux). */
export function processesOf(root: number): readonly SeenProcess[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const stat = readOrNull(`/proc/${name}/stat`)?.toString() ?? null
        const parent = stat === null ? undefined : /\) \S (\d+) /.exec(stat.slice(stat.lastIndexOf(')')))?.[1]
        return parent === undefined ? [] : [[Number(name), Number(parent)] as const]
      }),
  )
  const isOurs = (pid: number): boolean => pid === root || (pid > 1 && isOurs(parents.get(pid) ?? 0))
  return [...parents.keys()].filter(isOurs).flatMap((pid) => {
    const commandLine = readOrNull(`/proc/${pid}/cmdline`)
    return commandLine === null ? [] : [{ pid, commandLine, environment: readOrNull(`/proc/${pid}/environ`) }]
  })
}

function readOrNull(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch {
    return null
  }
}
