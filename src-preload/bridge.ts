import type { z } from 'zod'

import { calls, events, type CallName, type EventName, type HoldfastBridge } from './contract'
import type { Calls } from './contract/channel'
import { problem, type Reply } from './contract/problem'
import { secureCalls, type SecureBridge } from './contract/secure'

/** What a bridge needs of Electron's `ipcRenderer`; a test gives a fake. */
export interface IpcLike {
  invoke(channel: string, input: unknown): Promise<unknown>
  on(channel: string, listener: (event: unknown, payload: unknown) => void): void
  off(channel: string, listener: (event: unknown, payload: unknown) => void): void
}

/** The channel of a call. */
export const callChannel = (name: string): string => `call:${name}`
/** The channel of an event. */
export const eventChannel = (name: string): string => `event:${name}`

/** The main window's bridge: only names of the contract go out, and both ways are checked here as well as in main. */
export function createBridge(ipc: IpcLike): HoldfastBridge {
  return Object.freeze({
    call: (name: CallName, input: unknown) => checkedCall(ipc, calls, name, input),
    on(name: EventName, listener: (payload: never) => void) {
      if (!isName(name) || !Object.hasOwn(events, name)) throw new TypeError('no such event')
      const { payload: schema } = events[name] as { payload: z.ZodType }
      const heard = (_event: unknown, raw: unknown): void => {
        const payload = schema.safeParse(raw)
        if (payload.success) listener(payload.data as never)
      }
      ipc.on(eventChannel(name), heard)
      return () => {
        ipc.off(eventChannel(name), heard)
      }
    },
  }) as HoldfastBridge
}

/** The main-owned window's bridge; it knows its own three calls and no others. */
export function createSecureBridge(ipc: IpcLike): SecureBridge {
  return Object.freeze({ call: (name: string, input: unknown) => checkedCall(ipc, secureCalls, name, input) }) as SecureBridge
}

async function checkedCall(ipc: IpcLike, table: Calls, name: string, input: unknown): Promise<Reply<unknown>> {
  const definition = isName(name) && Object.hasOwn(table, name) ? table[name] : undefined
  if (definition === undefined) throw new TypeError('no such call')
  const checked = definition.input.safeParse(input)
  if (!checked.success)
    return { ok: false, problem: { code: 'INVALID_INPUT', figures: { where: checked.error.issues[0]?.path.join('.') ?? '' } } }
  const raw = (await ipc.invoke(callChannel(name), checked.data)) as {
    readonly ok?: unknown
    readonly value?: unknown
    readonly problem?: unknown
  } | null
  if (raw?.ok === true) {
    const value = definition.output.safeParse(raw.value)
    return value.success ? { ok: true, value: value.data } : { ok: false, problem: { code: 'INVALID_OUTPUT', figures: {} } }
  }
  const said = problem.safeParse(raw?.problem)
  return { ok: false, problem: said.success ? said.data : { code: 'INVALID_OUTPUT', figures: {} } }
}

/** The types promise it. What is no string could be another name each time it is read. */
function isName(name: unknown): name is string {
  return typeof name === 'string'
}
