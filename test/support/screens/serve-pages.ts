import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'

import { contentSecurityPolicy } from '../../../src-main/app/security/csp'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
}

/** Serves the built pages on loopback under the app's content security policy. */
export async function servePages(folder: string): Promise<{ readonly origin: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://loopback').pathname)
    if (path === '/favicon.ico') {
      response.writeHead(204).end()
      return
    }
    readFile(join(folder, path === '/' ? 'index.html' : path)).then(
      (bytes) => {
        const nonce = randomBytes(16).toString('base64url')
        const html = extname(path) === '.html'
        response.writeHead(200, {
          'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
          'x-content-type-options': 'nosniff',
          ...(html ? { 'content-security-policy': contentSecurityPolicy(nonce) } : {}),
        })
        response.end(html ? bytes.toString().replaceAll('__CSP_NONCE__', nonce) : bytes)
      },
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { origin: `http://127.0.0.1:${address.port}`, close: () => server.close() }
}
