import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Hex } from '../../../src-main/domain/evm'
import type { MpcConfig } from '../../../src-main/domain/signer'
import { askJson, type JsonReply, type MutualTls } from '../mpc-party/mutual-tls'
import { pairCertificates, startPair, type Pair } from '../mpc-party/pair'
import { hostileDigestSignature, type HostileAnswer } from './hostile-answers'
import { secretRef, type SignerPart } from './part'
import { breakOff } from './remote-part'

const KEY_REF = secretRef(801)
const TOKEN_REF = secretRef(802)
const TOKEN = 'a-token-of-the-parties'
const PASSPHRASES = ['the first party’s', 'the second party’s'] as const

/** How a part is to be set up. */
export interface MpcPartOptions {
  readonly timeoutMs?: number
  /** Make the key beforehand, as at set-up; so unless said otherwise. */
  readonly withKey?: boolean
  readonly canRefresh?: boolean
}

/** One call that the app made. */
export interface PlaneCall {
  readonly path: string
  readonly body: Readonly<Record<string, string>>
}

/** Two real parties, and between them and the app a way that can be taken over. */
export interface MpcPart extends SignerPart<MpcConfig> {
  readonly pair: Pair
  readonly passphrases: typeof PASSPHRASES
  readonly calls: PlaneCall[]
  /** Says this to the app instead of what the leader answers; null passes on again. */
  answerBy(answer: ((call: PlaneCall, honest: () => Promise<JsonReply>) => Promise<JsonReply>) | null): void
  /** No more misbehaving. */
  behave(): void
}

/** Starts two parties with a key of their own making. */
export async function startMpcPart({ timeoutMs = 20_000, withKey = true, canRefresh = true }: MpcPartOptions = {}): Promise<MpcPart> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-mpc-'))
  const certificates = await pairCertificates()
  const pair = await startPair({ folder, passphrases: PASSPHRASES, certificates, token: TOKEN, canRefresh })
  const asApp: MutualTls = {
    certificatePem: certificates.app.certificatePem,
    keyPem: certificates.app.keyPem,
    peerAuthorityPem: certificates.appAuthorityPem,
  }
  let how: HostileAnswer | null = null
  let answer: Parameters<MpcPart['answerBy']>[0] = null
  const calls: PlaneCall[] = []
  const open = new Set<Duplex>()
  const proxy: Server = createServer(
    {
      cert: certificates.plane.certificatePem,
      key: certificates.plane.keyPem,
      ca: certificates.appAuthorityPem,
      requestCert: true,
      rejectUnauthorized: true,
    },
    (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const call: PlaneCall = { path: request.url ?? '', body: (text === '' ? {} : JSON.parse(text)) as PlaneCall['body'] }
        calls.push(call)
        const token = request.headers.authorization?.replace('Bearer ', '') ?? null
        const pass = (body: unknown): Promise<JsonReply> =>
          askJson(pair.url(), asApp, request.method ?? '', call.path, text === '' ? null : body, token)
        const signs = call.path === '/sign_digest'
        if (signs && (how === 'slow' || how === 'endless' || how === 'reset')) {
          breakOff(how, response)
          return
        }
        const honest = (): Promise<JsonReply> => pass(call.body)
        const reply = signs && how !== null ? hostileReply(how, call.body, pass) : answer === null ? honest() : answer(call, honest)
        reply
          .then(({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)))
          .catch(() => response.writeHead(502).end('{"error":"the leader is gone"}'))
      })
    },
  )
  proxy.on('connection', (socket) => {
    open.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => open.delete(socket))
  })
  proxy.on('tlsClientError', () => undefined)
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const made = withKey ? await askJson(pair.url(), asApp, 'POST', '/dkg', {}, TOKEN) : null

  return {
    config: {
      kind: 'mpc_2pc',
      service: {
        url: `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
        timeoutMs,
        trust: { type: 'ca', certificatePem: certificates.appAuthorityPem },
        clientCertificate: { certificatePem: certificates.app.certificatePem, keyRef: KEY_REF },
      },
      tokenRef: TOKEN_REF,
    },
    secrets: { [KEY_REF]: certificates.app.keyPem, [TOKEN_REF]: TOKEN },
    address: made === null ? '' : (made.body as { address: string }).address,
    pair,
    passphrases: PASSPHRASES,
    calls,
    misbehave: (next) => {
      how = next
    },
    behave: () => {
      how = null
    },
    answerBy: (next) => {
      answer = next
    },
    close: async () => {
      const closed = once(proxy, 'close')
      proxy.close()
      for (const socket of open) socket.destroy()
      await Promise.all([closed, pair.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What a taken-over control plane answers to a digest. */
async function hostileReply(how: HostileAnswer, asked: PlaneCall['body'], pass: (body: unknown) => Promise<JsonReply>): Promise<JsonReply> {
  switch (how) {
    case 'other-digest':
      // Signed by the parties for real, but another digest than the one that the app asked for.
      return pass({ ...asked, digest_hex: `0x${'5a'.repeat(32)}` })
    case 'other-key': {
      const { r, s } = hostileDigestSignature(asked['digest_hex'] as Hex, '', 'other-key')
      return signature(`30440220${word(r)}0220${word(s)}`)
    }
    case 'garbage':
      return signature('30c0ffee')
    case 'empty':
      return signature('')
    case 'oversized':
      return signature('00'.repeat(200_000))
    default:
      throw new Error(`${how} cannot happen with a service that sees digests alone`)
  }
}

function signature(hex: string): JsonReply {
  return { status: 200, body: { ok: true, signature_der_hex: `0x${hex}` } }
}

/** 32 bytes; a leading zero byte where DER would want one is the reader's business to refuse. */
function word(value: bigint): string {
  return value.toString(16).padStart(64, '0')
}
