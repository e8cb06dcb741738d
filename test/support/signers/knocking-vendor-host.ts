import { writeFileSync } from 'node:fs'
import dgram from 'node:dgram'
import dns from 'node:dns'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net from 'node:net'

// The vendor host itself, with code in its process that knocks at every door: at its start, and after each visit to a device.
const port = Number(process.env['KNOCK_PORT'])
const url = `http://127.0.0.1:${port}/`
const host = '127.0.0.1'

const once = (emitter: NodeJS.EventEmitter, event: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    emitter.once(event, resolve)
    // For good: what fails may say so twice.
    emitter.on('error', reject)
  })

const KNOCKS: Readonly<Record<string, () => Promise<unknown>>> = {
  fetch: async () => (await fetch(url)).text(),
  http: () => once(http.get(url), 'response'),
  https: () => once(https.get({ host, port, path: '/' }), 'response'),
  // It speaks of a connection before there is one.
  http2: () => once(http2.connect(url), 'goaway'),
  net: () => once(net.connect({ host, port }), 'connect'),
  'net by port': () => once(net.connect(port), 'connect'),
  socket: () => once(new net.Socket().connect(port, host), 'connect'),
  listen: () => once(net.createServer().listen(0, host), 'listening'),
  dgram: () => new Promise((resolve) => dgram.createSocket('udp4').send('knock', port, host, resolve)),
  lookup: () => dns.promises.lookup('localhost'),
  resolver: () => new dns.promises.Resolver({ timeout: 200, tries: 1 }).resolve4('localhost'),
}

async function knock(): Promise<Readonly<Record<string, string>>> {
  const said: Record<string, string> = {}
  for (const [door, attempt] of Object.entries(KNOCKS))
    said[door] = await Promise.resolve()
      .then(attempt)
      .then(
        () => 'out',
        (thrown: unknown) =>
          /the network is shut/.test(`${String(thrown)} ${String((thrown as Error).cause)}`) ? 'shut' : `out: ${String(thrown)}`,
      )
  return said
}

const report: unknown[] = []
async function tell(): Promise<void> {
  report.push(await knock())
  writeFileSync(process.env['KNOCK_REPORT'] ?? '', JSON.stringify(report))
}

await tell()
await import('../../../src-main/signers/vendor-host/vendor-host')
process.on('message', ({ op }: { readonly op: string }) => void (op === 'ledger-address' && tell()))
