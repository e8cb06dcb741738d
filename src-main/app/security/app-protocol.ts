import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

import { protocol, type Session } from 'electron'

import { contentSecurityPolicy } from './csp'

const SCHEME = 'app'
const HOST = 'holdfast'
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

/** Must run before the app is ready: gives our scheme an origin of its own. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: false, corsEnabled: false } },
  ])
}

/** Serves the renderer's own files, and nothing else, with a fresh policy a page. */
export function serveRenderer(session: Session, root: string): void {
  session.protocol.handle(SCHEME, async (request) => {
    const path = resolveAsset(root, request.method, request.url)
    if (path === null) return new Response('not found', { status: 404 })
    try {
      const body = await readFile(path)
      const type = TYPES[extname(path)] ?? 'application/octet-stream'
      const headers: Record<string, string> = {
        'content-type': type,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cache-control': 'no-store',
      }
      if (extname(path) !== '.html') return new Response(body, { headers })
      const nonce = randomBytes(18).toString('base64')
      headers['content-security-policy'] = contentSecurityPolicy(nonce)
      return new Response(body.toString('utf8').replaceAll('__CSP_NONCE__', nonce), { headers })
    } catch {
      return new Response('not found', { status: 404 })
    }
  })
}

/** The file behind an address, or null for anything that is not a plain GET of a file below `root`. */
export function resolveAsset(root: string, method: string, address: string): string | null {
  if (method !== 'GET') return null
  let url: URL
  let decoded: string
  try {
    url = new URL(address)
    decoded = decodeURIComponent(url.pathname)
  } catch {
    return null
  }
  if (url.protocol !== `${SCHEME}:` || url.host !== HOST || decoded.includes('\0')) return null
  const path = normalize(join(root, decoded))
  return path.startsWith(root + sep) ? path : null
}
