import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a receiver does with a message: answers with a status, redirects, never answers, or breaks the connection. */
export type Behaviour = number | 'stall' | 'reset' | { readonly redirectTo: string }

/** One message as it arrived. */
export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly path: string
}

/** A receiver of webhooks on loopback. */
export class Receiver {
  readonly received: Received[] = []
  /** What to do next; the last one stays. */
  behaviours: Behaviour[] = [200]
  url = ''
  private readonly sockets = new Set<Socket>()
  private readonly waiting: { readonly count: number; readonly resolve: () => void }[] = []
  private close: () => Promise<void> = () => Promise.resolve()

  /** Starts to listen; with a certificate it speaks TLS. */
  async start(tls?: { readonly key: string; readonly cert: string }): Promise<this> {
    const server = tls === undefined ? createServer(this.hear) : createTlsServer(tls, this.hear)
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    this.url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}/alerts`
    this.close = () =>
      new Promise((resolve) => {
        for (const socket of this.sockets) socket.destroy()
        server.close(() => resolve())
      })
    return this
  }

  /** Waits until this many messages have come. */
  async got(count: number): Promise<readonly Received[]> {
    if (this.received.length < count) await new Promise<void>((resolve) => this.waiting.push({ count, resolve }))
    return this.received
  }

  /** Ends, with whatever hangs. */
  stop(): Promise<void> {
    return this.close()
  }

  private readonly hear: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => undefined)
    request.on('end', () => {
      this.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString(), path: request.url ?? '' })
      const behaviour = this.behaviours.length > 1 ? this.behaviours.shift()! : this.behaviours[0]!
      if (behaviour === 'reset') request.socket.destroy()
      else if (typeof behaviour === 'number') response.writeHead(behaviour).end('x'.repeat(100_000))
      else if (behaviour !== 'stall') response.writeHead(307, { location: behaviour.redirectTo }).end()
      for (const entry of [...this.waiting]) {
        if (this.received.length < entry.count) continue
        this.waiting.splice(this.waiting.indexOf(entry), 1)
        entry.resolve()
      }
    })
  }
}

/** A certificate for 127.0.0.1 that only who is given it trusts. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-tls-'))
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=receiver']
    execFileSync('openssl', [...made, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' })
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
