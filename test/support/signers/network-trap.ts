import { appendFileSync } from 'node:fs'
import dgram from 'node:dgram'
import dns from 'node:dns'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

/** Each way out of a process, and an attempt to take it. */
const DOORS: readonly (readonly [door: string, attempt: () => unknown])[] = [
  ['fetch', () => fetch('https://crypto-assets-service.api.ledger.com/')],
  ['WebSocket', () => new WebSocket('wss://scriptrunner.api.live.ledger.com/')],
  ['http', () => http.get('http://127.0.0.1:9/')],
  ['https', () => https.request('https://cdn.live.ledger.com/')],
  ['http2', () => http2.connect('https://cdn.live.ledger.com/')],
  ['net', () => net.connect({ host: '192.0.2.1', port: 443 })],
  ['dns', () => dns.promises.resolve4('cdn.live.ledger.com')],
  ['dgram', () => dgram.createSocket('udp4')],
]
/** The doors that are trapped. */
export const TRAPPED_DOORS = DOORS.map(([door]) => door)

/** Shuts every door of this process but TCP to 127.0.0.1, where an emulator is, and writes each attempt to a file, a line with the door's name first. */
export function trapNetwork(reportTo: string): void {
  const refuse = (door: string) =>
    // A function of the old kind: it may be called with new.
    function (target?: unknown): never {
      appendFileSync(reportTo, `${door} ${String(target)}\n`)
      throw new Error(`nothing may leave by ${door}`)
    }
  for (const name of ['fetch', 'WebSocket', 'XMLHttpRequest']) Object.defineProperty(globalThis, name, { value: refuse(name) })
  for (const [name, module] of Object.entries({ http, https })) Object.assign(module, { request: refuse(name), get: refuse(name) })
  Object.assign(http2, { connect: refuse('http2') })
  Object.assign(dgram, { createSocket: refuse('dgram') })
  for (const resolver of [dns, dns.promises])
    for (const name of Object.keys(resolver))
      if (/^(?:lookup|resolve|reverse)/.test(name)) Object.assign(resolver, { [name]: refuse('dns') })
  const connect = net.Socket.prototype.connect as (...all: unknown[]) => net.Socket
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    const [options] = args.flat() as { readonly host?: string }[]
    if (options?.host !== '127.0.0.1') refuse('net')(JSON.stringify(options))
    return connect.apply(this, args)
  }
  syncBuiltinESMExports()
}

/** Tries every door, as a library would. */
export async function tryEveryDoor(): Promise<void> {
  for (const [, attempt] of DOORS)
    try {
      await attempt()
    } catch {
      // It is shut; the trap has written that down.
    }
}
