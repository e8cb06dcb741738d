import dgram from 'node:dgram'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

/** The one place that may still be reached: an emulator on this machine. */
export interface OpenDoor {
  readonly host: string
  readonly port: number
}

let allowed: OpenDoor | null = null
let isShut = false

/**
 * Shuts this process's own ways to a network for good: connections of any kind (HTTP, TLS and what the runtime fetches with stand on them), listening, datagrams and
 * the asking of names. A device's libraries need none. It is against what they do unasked, by mistake or by a later version, and no cage for code that
 * means harm and may load what it likes.
 */
export function shutNetwork(): void {
  if (isShut) return
  isShut = true
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called on the socket that it is asked of
  const connect = net.Socket.prototype.connect as (...all: unknown[]) => net.Socket
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    if (isAllowed(args)) return connect.apply(this, args)
    // As a connection fails that nobody takes: whoever asked hears of it a little later, where it listens.
    Object.assign(this, { connecting: true })
    process.nextTick(() => this.destroy(shut('connection')))
    return this
  }
  net.Server.prototype.listen = () => refuse('listening')
  dgram.createSocket = () => refuse('datagram')
  dgram.Socket.prototype.bind = () => refuse('datagram')
  for (const asker of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype] as Record<string, unknown>[])
    for (const name of Object.getOwnPropertyNames(asker)) if (/^(?:lookup|resolve|reverse)/.test(name)) asker[name] = guarded(asker[name])
  syncBuiltinESMExports()
}

/** Lets nothing but this through from now on; null: nothing at all. */
export function leaveOpen(door: OpenDoor | null): void {
  allowed = door
}

/** A name may be asked for where it is the one that is left open: this machine's own. */
function guarded(ask: unknown): unknown {
  return function (this: unknown, name: unknown, ...rest: unknown[]): unknown {
    if (allowed === null || name !== allowed.host) refuse('name')
    return (ask as (...all: unknown[]) => unknown).call(this, name, ...rest)
  }
}

/** The forms that a connection may be asked for in: options, or port and host; the runtime's own parts hand them on as one list. */
function isAllowed(args: readonly unknown[]): boolean {
  const [first, second] = args.flat() as readonly unknown[]
  const { host, port, path } =
    typeof first === 'object' && first !== null
      ? (first as { readonly host?: unknown; readonly port?: unknown; readonly path?: unknown })
      : { host: second, port: first, path: undefined }
  return allowed !== null && path == null && host === allowed.host && Number(port) === allowed.port
}

function refuse(what: string): never {
  throw shut(what)
}

function shut(what: string): Error {
  return new Error(`the network is shut in this process: no ${what}`)
}
