import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A JSON-RPC request as the proxy sees it. */
export interface SeenRequest {
  readonly method: string
  readonly params: readonly unknown[]
}

/** What a proxy does with a request: pass it on (perhaps changing the result), answer by itself, or misbehave. */
export type Behaviour =
  | { readonly kind: 'forward'; readonly alter?: (result: unknown) => unknown }
  | { readonly kind: 'error'; readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } }
  /** `forward`: let the node have it first. */
  | {
      readonly kind: 'raw'
      readonly status?: number
      readonly body: string
      readonly headers?: Record<string, string>
      readonly forward?: boolean
    }
  | { readonly kind: 'stall' | 'endless' | 'hang-up'; readonly forward?: boolean }

/** A node's endpoint in a stranger's hand. */
export interface Proxy {
  readonly url: string
  /** Every request that arrived whole. */
  readonly seen: SeenRequest[]
  /** Connections that were opened. */
  readonly connections: () => number
  behave(how: (request: SeenRequest) => Behaviour): void
  close(): Promise<void>
}

export const forward: Behaviour = { kind: 'forward' }

/** Starts a proxy in front of `upstream` that forwards everything until told otherwise. */
export async function startProxy(upstream: string): Promise<Proxy> {
  const seen: SeenRequest[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  let how: (request: SeenRequest) => Behaviour = () => forward
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    connections += 1
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString('utf8')
    const call = JSON.parse(body) as SeenRequest
    seen.push({ method: call.method, params: call.params })
    const behaviour = how(call)
    const ask = async () =>
      (await (await fetch(upstream, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).json()) as object
    const reply = (value: object) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id: 1, ...value }))
    if ('forward' in behaviour && behaviour.forward) await ask()
    switch (behaviour.kind) {
      case 'forward': {
        const real = await ask()
        reply('result' in real && behaviour.alter !== undefined ? { result: behaviour.alter(real.result) } : real)
        return
      }
      case 'error':
        reply({ error: behaviour.error })
        return
      case 'raw':
        response.writeHead(behaviour.status ?? 200, behaviour.headers).end(behaviour.body)
        return
      case 'stall':
        return
      case 'endless':
        response.writeHead(200)
        response.on('drain', () => pour(response))
        pour(response)
        return
      case 'hang-up':
        request.socket.destroy()
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    connections: () => connections,
    behave(next) {
      how = next
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/**
 * A proxy that keeps what it is sent first and answers it with `behaviour`, and claims right afterwards that something waits. Whatever is sent later goes
 * through.
 */
export function keepTheFirst(proxy: Proxy, behaviour: Behaviour): { readonly held: string[]; readonly sends: () => number } {
  const held: string[] = []
  let sends = 0
  proxy.behave(({ method, params }) => {
    if (method === 'eth_sendRawTransaction') {
      sends += 1
      if (held.length > 0) return forward
      held.push(params[0] as string)
      return behaviour
    }
    const claims = method === 'eth_getTransactionCount' && params[1] === 'pending' && sends === 1
    return claims ? { kind: 'forward', alter: (count) => `0x${(Number(count) + 1).toString(16)}` } : forward
  })
  return { held, sends: () => sends }
}

function pour(response: ServerResponse): void {
  while (!response.destroyed && response.write('x'.repeat(1 << 16)));
}
