import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SigningKey } from 'ethers/crypto'
import { computeAddress } from 'ethers/transaction'

import type { Hex } from '../../../src-main/domain/evm'
import { hostileDigestSignature, type HostileAnswer } from './hostile-answers'

/** Public part of a key, in every form that a cloud gives. */
export function publicKeyOf(privateKey: string): {
  readonly address: string
  readonly point: Buffer
  readonly spki: Buffer
  readonly pem: string
} {
  const key = new SigningKey(privateKey)
  const point = Buffer.from(key.publicKey.slice(2), 'hex')
  const spki = Buffer.concat([Buffer.from('3056301006072a8648ce3d020106052b8104000a034200', 'hex'), point])
  const pem = `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END PUBLIC KEY-----\n`
  return { address: computeAddress(key.publicKey), point, spki, pem }
}

let turn = 0

/** r and s over a digest; every other one of high s, as a cloud's HSM gives them. */
export function signatureBy(privateKey: string, digest: Uint8Array, how: HostileAnswer | null): { readonly r: bigint; readonly s: bigint } {
  const hex: Hex = `0x${Buffer.from(digest).toString('hex')}`
  if (how === 'other-key' || how === 'other-digest') return hostileDigestSignature(hex, privateKey, how)
  turn += 1
  if (turn % 2 === 0) return hostileDigestSignature(hex, privateKey, 'high-s')
  const { r, s } = new SigningKey(privateKey).sign(hex)
  return { r: BigInt(r), s: BigInt(s) }
}

/** DER of r and s (RFC 3279, 2.2.3). */
export function derOf({ r, s }: { readonly r: bigint; readonly s: bigint }): Buffer {
  const body = Buffer.concat([integer(r), integer(s)])
  return Buffer.concat([Buffer.of(0x30, body.length), body])
}

function integer(value: bigint): Buffer {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  const padded = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
  return Buffer.concat([Buffer.of(0x02, padded.length), padded])
}

/** A request as a cloud's handler sees it. */
export interface CloudRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}
/** What it answers. */
export interface CloudAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** A loopback HTTP server that answers as a cloud, or behaves as `how()` says where the request is one to sign. */
export async function startCloud(
  handle: (request: CloudRequest) => CloudAnswer,
  isSigning: (request: CloudRequest) => boolean,
  how: () => HostileAnswer | null,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const request = { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, body: Buffer.concat(chunks) }
      if (isSigning(request) && misbehaves(how(), response)) return
      const { status, headers = {}, body } = handle(request)
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function misbehaves(how: HostileAnswer | null, response: ServerResponse): boolean {
  switch (how) {
    case 'slow':
      return true
    case 'reset':
      response.socket?.resetAndDestroy()
      return true
    case 'endless': {
      response.writeHead(200, { 'content-type': 'application/json' })
      const chunk = 'x'.repeat(65_536)
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', more)
      more()
      return true
    }
    case 'oversized':
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(`{"Signature":"${'A'.repeat(2_000_000)}"}`)
      return true
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end('\u0000\u0001 not json')
      return true
    case 'empty':
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end()
      return true
    default:
      return false
  }
}
