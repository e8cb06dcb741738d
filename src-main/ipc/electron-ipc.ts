import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron'

import type { EventName, EventPayload } from '../../src-preload/contract'
import { calls, events } from '../../src-preload/contract'
import { secureCalls } from '../../src-preload/contract/secure'
import type { Calls } from '../../src-preload/contract/channel'
import { dispatch, type DispatchHooks, type Handler, type Handlers } from './dispatch'
import type { Sender, SenderRegistry, WindowRole } from './sender'

/** Registers the main window's calls. */
export function registerMainCalls(handlers: Handlers<typeof calls>, registry: SenderRegistry, hooks: DispatchHooks): void {
  register(calls, handlers, registry, hooks, 'main')
}

/** Registers the main-owned window's calls. */
export function registerSecureCalls(handlers: Handlers<typeof secureCalls>, registry: SenderRegistry, hooks: DispatchHooks): void {
  register(secureCalls, handlers, registry, hooks, 'secure')
}

/** One channel a call of the table; a name that is not in it has no channel at all. */
function register(
  table: Calls,
  handlers: Readonly<Record<string, Handler>>,
  registry: SenderRegistry,
  hooks: DispatchHooks,
  role: WindowRole,
): void {
  for (const name of Object.keys(table)) {
    ipcMain.handle(`call:${name}`, (event, input: unknown) =>
      dispatch(table, handlers, registry, hooks, role, { name, sender: senderOf(event), input }),
    )
  }
}

/** Sends an event of the contract to a window, checked against its schema. */
export function publish<N extends EventName>(target: WebContents, name: N, payload: EventPayload<N>): void {
  if (target.isDestroyed()) return
  target.send(`event:${name}`, events[name].payload.parse(payload))
}

function senderOf(event: IpcMainInvokeEvent): Sender {
  // Electron 45 types the frame as nullable (it may be gone by now), older ones do not.
  const frame = event.senderFrame
  return {
    webContentsId: event.sender.id,
    frameUrl: frame?.url ?? null,
    isMainFrame: frame !== null && frame === event.sender.mainFrame,
  }
}
