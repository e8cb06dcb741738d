import { once } from 'node:events'
import { createServer as createTcp, type AddressInfo, type Socket } from 'node:net'
import { createServer as createTls } from 'node:tls'

import { afterEach, describe, expect, test } from 'vitest'

import type { RemoteConfig, ServiceAddress } from '../../../src-main/domain/signer'
import { createAuthority } from '../../support/signers/certificates'
import { contractTx } from '../../support/signers/contract'
import { startRemotePart, type RemotePart, type RemotePartOptions } from '../../support/signers/remote-part'
import { signerParts } from '../../support/signers/signer-parts'
import { remoteMaker } from '../../../src-main/signers/remote/maker'
import type { SignerParts } from '../../../src-main/signers/kind'

const never = new AbortController().signal
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function open(options: Partial<RemotePartOptions> = {}): Promise<RemotePart> {
  const part = await startRemotePart({ dialect: 'web3signer', ...options })
  closing.push(part.close)
  return part
}

function sign(part: RemotePart, service: Partial<ServiceAddress> = {}, replaced: Partial<SignerParts> = {}) {
  const config: RemoteConfig = { ...part.config, service: { ...part.config.service, ...service } }
  const signer = remoteMaker.create('remote-1', part.address, config, signerParts(part.secrets, replaced))
  return signer.signTransaction(contractTx(part.address, 1), never)
}

describe('C4: the way to a remote signer is proven before anything is sent', () => {
  const UNTRUSTED: readonly (readonly [
    string,
    Partial<RemotePartOptions>,
    (part: RemotePart) => Promise<Partial<ServiceAddress>> | Partial<ServiceAddress>,
  ])[] = [
    [
      'a server of another authority',
      {},
      async () => ({ trust: { type: 'ca', certificatePem: (await createAuthority()).certificatePem } }),
    ],
    ['a server that no authority of the system knows', {}, () => ({ trust: { type: 'system' } })],
    ['a server with another certificate than the pinned one', {}, () => ({ trust: { type: 'pin', sha256: '5a'.repeat(32) } })],
    ['a certificate that has expired', { certificate: { days: -1 } }, () => ({})],
    [
      'a pinned certificate that has expired',
      { certificate: { days: -1 } },
      ({ server }) => ({ trust: { type: 'pin', sha256: server.sha256 } }),
    ],
    ['a certificate of another host', { certificate: { hosts: ['other.test'] } }, () => ({})],
    [
      'a server that speaks no TLS newer than 1.1',
      { tls: { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } },
      () => ({}),
    ],
    ['a server that speaks no TLS at all', { plain: true }, ({ config }) => ({ url: config.service.url.replace('http:', 'https:') })],
    ['plain HTTP to another machine', {}, () => ({ url: 'http://192.0.2.1:9000' })],
    ['another protocol', {}, () => ({ url: 'ftp://127.0.0.1:9000' })],
  ]
  test.each(UNTRUSTED)('%s is not trusted, and gets no request', async (_what, options, service) => {
    const part = await open(options)
    expect(await sign(part, await service(part))).toMatchObject({ ok: false, error: { code: 'UNTRUSTED_SERVER' } })
    expect(part.calls).toEqual([])
  })

  test('the pinned certificate is enough, whatever its name and authority', async () => {
    const part = await open({ certificate: { hosts: ['other.test'] } })
    expect(await sign(part, { trust: { type: 'pin', sha256: part.server.sha256 } })).toMatchObject({ ok: true })
  })

  test('a server that is not the pinned one gets not a byte', async () => {
    const authority = await createAuthority()
    const own = await authority.issue({ name: 'stranger' })
    let bytes = 0
    const stranger = createTls({ cert: own.certificatePem, key: own.keyPem }, (socket) => {
      socket.on('data', (chunk: Buffer) => (bytes += chunk.length))
      socket.on('error', () => undefined)
    })
    stranger.listen(0, '127.0.0.1')
    await once(stranger, 'listening')
    const part = await open()
    const ended = once(stranger, 'connection').then(([socket]) => once(socket as Socket, 'close'))
    const refused = await sign(part, {
      url: `https://127.0.0.1:${(stranger.address() as AddressInfo).port}`,
      trust: { type: 'pin', sha256: part.server.sha256 },
    })
    await ended
    expect(refused).toMatchObject({ ok: false, error: { code: 'UNTRUSTED_SERVER' } })
    expect(bytes).toBe(0)
    stranger.close()
  })

  test('without our certificate nothing is signed', async () => {
    const part = await open()
    const refused = await sign(part, { clientCertificate: null })
    // The server may just hang up: in TLS 1.3 it judges our certificate when our side already believes the connection to stand.
    expect(refused).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^(?:NOT_AUTHORISED|DISCONNECTED)$/) as string } })
    expect(part.calls).toEqual([])
  })

  test('a certificate of another authority is not taken for ours', async () => {
    const part = await open()
    const stranger = await (await createAuthority()).issue({ name: 'stranger' })
    const keyRef = part.config.service.clientCertificate!.keyRef
    const refused = await sign(
      part,
      { clientCertificate: { certificatePem: stranger.certificatePem, keyRef } },
      { findSecret: signerParts({ ...part.secrets, [keyRef]: stranger.keyPem }).findSecret },
    )
    expect(refused.ok).toBe(false)
    expect(part.calls).toEqual([])
  })

  test.each([
    ['cannot be had', { missing: true }, 'SECRET_UNAVAILABLE'],
    ['is no key', { missing: false }, 'NOT_AUTHORISED'],
  ] as const)('when the key of our certificate %s, nobody is connected to', async (_what, { missing }, code) => {
    const part = await open()
    const { keyRef } = part.config.service.clientCertificate!
    const { [keyRef]: _key, ...others } = part.secrets
    const { findSecret } = signerParts(missing ? others : { ...others, [keyRef]: 'no key' })
    const refused = await sign(part, {}, { findSecret })
    expect(refused).toMatchObject({ ok: false, error: { code } })
    expect(JSON.stringify(refused)).not.toContain('no key')
    expect(part.connections()).toBe(0)
  })

  test('a secret that never comes is given up in time, and nobody is connected to', async () => {
    const part = await open({ timeoutMs: 100 })
    const refused = await sign(part, {}, { findSecret: () => new Promise(() => undefined) })
    expect(refused).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } })
    expect(part.connections()).toBe(0)
  })

  test('a server that takes the connection and then says nothing is given up in time, as not reached', async () => {
    const silent = createTcp(() => undefined)
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const part = await open({ timeoutMs: 100 })
    const refused = await sign(part, { url: `https://127.0.0.1:${(silent.address() as AddressInfo).port}` })
    expect(refused).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } })
    silent.close()
  })

  test('P1: the token and the key are wiped when they have been used', async () => {
    const part = await open()
    const { findSecret } = signerParts(part.secrets)
    const found: Buffer[] = []
    const signed = await sign(
      part,
      {},
      {
        findSecret: async (ref, purpose) => {
          const secret = await findSecret(ref, purpose)
          if (secret.ok) found.push(secret.value)
          return secret
        },
      },
    )
    expect(signed.ok).toBe(true)
    expect(found).toHaveLength(2)
    for (const secret of found) expect(secret.every((byte) => byte === 0)).toBe(true)
  })

  test('plain HTTP inside this machine works, and is said in the health', async () => {
    const part = await open({ plain: true })
    const signer = remoteMaker.create('remote-1', part.address, part.config, signerParts(part.secrets))
    expect(await signer.signTransaction(contractTx(part.address, 1), never)).toMatchObject({ ok: true })
    expect(signer.health()).toMatchObject({ status: 'ready', detail: 'plain HTTP, inside this machine' })
    const offered = await remoteMaker.discover(part.config, signerParts(part.secrets), never, () => undefined)
    expect(offered).toMatchObject({ ok: true, value: [{ where: expect.stringContaining('without TLS') as string }] })
  })
})
