import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect as connectTls } from 'node:tls'
import { join } from 'node:path'

import { getAddress } from 'ethers/address'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { sameAddress } from '../../../src-main/domain/evm'
import { systemRandom } from '../../../src-main/app/random'
import { GROUP_ORDER, readDerSignature } from '../../../src-main/signers/digest'
import { mpcMaker } from '../../../src-main/signers/mpc-2pc/maker'
import { initialise, refreshShares } from '../../../src-main/signers/mpc-2pc/shares'
import { verifySignedTx } from '../../../src-main/signers/verify-signature'
import { open as openShare, seal } from '../../support/mpc-party/share-file'
import { contractTx, throughGate } from '../../support/signers/contract'
import { startMpcPart, type MpcPart } from '../../support/signers/mpc-part'
import { signerParts } from '../../support/signers/signer-parts'

const never = new AbortController().signal
let part: MpcPart
/** A service that has no key and cannot refresh. */
let other: MpcPart
beforeAll(async () => {
  part = await startMpcPart()
  other = await startMpcPart({ withKey: false, canRefresh: false })
})
afterAll(async () => {
  await part.close()
  await other.close()
})
beforeEach(() => {
  part.behave()
  part.answerBy(null)
  part.calls.length = 0
})

const parts = () => signerParts(part.secrets)
const signer = () => mpcMaker.create('mpc-1', getAddress(part.address), part.config, parts())
const sign = (nonce = 1) => signer().signTransaction(contractTx(getAddress(part.address), nonce), never)
const refresh = () => refreshShares(part.config, getAddress(part.address), parts(), never)
const shareOf = (party: 0 | 1): string => join(part.pair.folderOf(party), 'share.json')

async function restart(party: 0 | 1, meanwhile: () => void = () => undefined): Promise<void> {
  await part.pair.stop(party)
  meanwhile()
  await part.pair.start(party)
}

/** A new follower listens elsewhere: the leader is told by a restart. */
async function restartBoth(meanwhile: () => void): Promise<void> {
  await part.pair.stop(0)
  await part.pair.stop(1)
  meanwhile()
  await part.pair.start(1)
  await part.pair.start(0)
}

/** DER of a positive integer, hex. */
function derInteger(value: bigint): string {
  const plain = value.toString(16)
  const even = plain.length % 2 === 0 ? plain : `0${plain}`
  const hex = parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even
  return `02${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`
}

describe('C5: a signature by two parties', () => {
  test('the service is asked with a digest that is computed here, and a session id that is never used twice', async () => {
    expect((await sign(1)).ok && (await sign(1)).ok).toBe(true)
    const bodies = part.calls.map(({ body }) => body)
    expect(bodies.map(Object.keys)).toEqual([
      ['session_id', 'digest_hex'],
      ['session_id', 'digest_hex'],
    ])
    expect(bodies[0]!['digest_hex']).toBe(bodies[1]!['digest_hex'])
    expect(bodies[0]!['session_id']).not.toBe(bodies[1]!['session_id'])
  })

  test('the parties refuse a session id that was used, also after both started anew', async () => {
    const repeating = signerParts(part.secrets, { random: { ...systemRandom, uuid: () => '11111111-1111-4111-8111-111111111111' } })
    const repeats = mpcMaker.create('mpc-1', getAddress(part.address), part.config, repeating)
    const tx = contractTx(getAddress(part.address), 1)
    expect((await repeats.signTransaction(tx, never)).ok).toBe(true)
    expect(await repeats.signTransaction(tx, never)).toMatchObject({
      ok: false,
      error: { detail: expect.stringContaining('session_id_used') as string },
    })
    await restartBoth(() => undefined)
    expect(await repeats.signTransaction(tx, never)).toMatchObject({
      ok: false,
      error: { detail: expect.stringContaining('session_id_used') as string },
    })
  })

  test('a service that answers the other half of s, as some do, is understood: what leaves has a low s', async () => {
    part.answerBy(async ({ path }, honest) => {
      const reply = await honest()
      if (path !== '/sign_digest') return reply
      const given = readDerSignature(Buffer.from((reply.body as { signature_der_hex: string }).signature_der_hex.slice(2), 'hex'))
      if (!given.ok) throw new Error(given.error.detail)
      const { r, s } = given.value
      const high = s > GROUP_ORDER / 2n ? s : GROUP_ORDER - s
      const body = `${derInteger(r)}${derInteger(high)}`
      return { status: 200, body: { ok: true, signature_der_hex: `0x30${(body.length / 2).toString(16)}${body}` } }
    })
    const tx = contractTx(getAddress(part.address), 1)
    const signed = await signer().signTransaction(tx, never)
    if (!signed.ok) throw new Error(signed.error.detail)
    expect(verifySignedTx(signed.value, tx)).toMatchObject({ ok: true })
  })

  test('after both parties were killed and started anew, the key is the same', async () => {
    await restartBoth(() => undefined)
    expect(await mpcMaker.discover(part.config, parts(), never, () => undefined)).toMatchObject({
      ok: true,
      value: [{ address: getAddress(part.address), config: part.config }],
    })
    expect((await sign()).ok).toBe(true)
  })

  test('X1: while the other party is gone there is no signature for us; whether there is none is only the leader’s word, so nobody else is asked', async () => {
    await part.pair.stop(1)
    const refused = await sign()
    await part.pair.start(1)
    await restart(0)
    expect(refused).toMatchObject({ ok: false, error: { code: 'DISCONNECTED' } })
    expect((await sign()).ok).toBe(true)
  })

  test('what the leader says besides is told apart', async () => {
    const says = (status: number, error: string) => part.answerBy(() => Promise.resolve({ status, body: { error } }))
    const code = async () => {
      const answer = await sign()
      return answer.ok ? 'signed' : answer.error.code
    }
    says(409, 'key_not_initialized')
    expect(await code()).toBe('KEY_NOT_INITIALISED')
    says(403, 'not today')
    expect(await code()).toBe('DENIED_BY_SIGNER')
    says(401, 'unauthorized')
    expect(await code()).toBe('NOT_AUTHORISED')
    says(500, 'protocol failed')
    expect(await code()).toBe('BAD_ANSWER')
    says(502, 'bad gateway')
    expect(await code()).toBe('DISCONNECTED')
    for (const lost of ['peer_unreachable', 'peer_start_failed']) {
      says(502, lost)
      expect(await code()).toBe('DISCONNECTED')
      expect(await signer().check!(never)).toMatchObject({ status: 'unavailable' })
    }
  })

  test('an address that is not the one of the public key beside it is not believed', async () => {
    part.answerBy(async (_call, honest) => {
      const { status, body } = await honest()
      return { status, body: { ...(body as object), address: `0x${'11'.repeat(20)}` } }
    })
    expect(await mpcMaker.discover(part.config, parts(), never, () => undefined)).toMatchObject({
      ok: false,
      error: { code: 'BAD_ANSWER' },
    })
  })

  test('X1: its health is looked at without a signature, and another key is found out', async () => {
    const held = signer()
    expect(await held.check!(never)).toMatchObject({ status: 'ready', detail: '' })
    expect(part.calls.map(({ path }) => path)).toEqual(['/health', '/address'])
    const stranger = mpcMaker.create('mpc-2', '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', part.config, parts())
    expect(await stranger.check!(never)).toMatchObject({ status: 'unavailable', detail: expect.stringContaining('it holds') as string })
  })
})

describe('C5: who may speak to whom', () => {
  test('without the app’s certificate the leader tells nothing', async () => {
    const { port } = new URL(part.pair.url())
    const stranger = connectTls({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false })
    stranger.on('error', () => undefined)
    let said = ''
    stranger.on('data', (chunk: Buffer) => (said += chunk.toString()))
    stranger.write('GET /address HTTP/1.1\r\nhost: x\r\n\r\n')
    await new Promise((resolve) => stranger.once('close', resolve))
    expect(said).toBe('')
  })

  test('the app’s certificate without its token opens nothing', async () => {
    const config = { ...part.config, tokenRef: null }
    expect(await mpcMaker.discover(config, parts(), never, () => undefined)).toMatchObject({ ok: false, error: { code: 'NOT_AUTHORISED' } })
  })

  test('shares lie encrypted in private files, each under its party’s own passphrase', () => {
    for (const party of [0, 1] as const) {
      expect(statSync(shareOf(party)).mode & 0o777).toBe(0o600)
      expect(statSync(part.pair.folderOf(party)).mode & 0o777).toBe(0o700)
      const text = readFileSync(shareOf(party), 'utf8')
      expect(() => openShare(text, part.passphrases[party === 0 ? 1 : 0])).toThrow()
      expect(openShare(text, part.passphrases[party]).bytes.length).toBeGreaterThan(1_000)
    }
  })
})

describe('C11: keys and shares', () => {
  test('a service without a key says so; made, it is shown to sign before its address counts', async () => {
    const own = signerParts(other.secrets)
    const none = await mpcMaker.discover(other.config, own, never, () => undefined)
    expect(none).toMatchObject({ ok: false, error: { code: 'KEY_NOT_INITIALISED' } })
    other.calls.length = 0
    const made = await initialise(other.config, own, never)
    if (!made.ok) throw new Error(made.error.detail)
    expect(made.value.wasThere).toBe(false)
    expect(other.calls.map(({ path }) => path)).toEqual(['/dkg', '/sign_digest'])
    expect(await initialise(other.config, own, never)).toMatchObject({ ok: true, value: { address: made.value.address, wasThere: true } })
  })

  test('a key that does not sign is not believed', async () => {
    part.misbehave('other-digest')
    expect(await initialise(part.config, parts(), never)).toMatchObject({ ok: false, error: { code: 'BAD_ANSWER' } })
  })

  test('a service that cannot refresh says so, and nothing has begun', async () => {
    const own = signerParts(other.secrets)
    const made = await initialise(other.config, own, never)
    if (!made.ok) throw new Error(made.error.detail)
    expect(await refreshShares(other.config, made.value.address, own, never)).toMatchObject({
      ok: false,
      error: { code: 'NOT_SUPPORTED', begun: false },
    })
  })

  test('refreshed: the same address, another pair of shares, and they sign', async () => {
    const before = [readFileSync(shareOf(0), 'utf8'), readFileSync(shareOf(1), 'utf8')]
    const refreshed = await refresh()
    if (!refreshed.ok) throw new Error(refreshed.error.detail)
    expect(sameAddress(refreshed.value.address, part.address)).toBe(true)
    expect(refreshed.value.shareIdBefore).toMatch(/^[0-9a-f]{32}$/)
    expect(refreshed.value.shareId).not.toBe(refreshed.value.shareIdBefore)
    for (const party of [0, 1] as const) {
      const old = openShare(before[party]!, part.passphrases[party])
      const fresh = openShare(readFileSync(shareOf(party), 'utf8'), part.passphrases[party])
      expect(fresh.shareId).toBe(refreshed.value.shareId)
      expect(fresh.bytes.equals(old.bytes)).toBe(false)
    }
    expect((await sign()).ok).toBe(true)
  })

  describe.each([0, 1] as const)('an old share of party %i, brought back after a refresh', (party) => {
    test('is refused by the other party', async () => {
      const saved = `${shareOf(party)}.saved`
      copyFileSync(shareOf(party), saved)
      expect((await refresh()).ok).toBe(true)
      const fresh = readFileSync(shareOf(party), 'utf8')
      await restartBoth(() => copyFileSync(saved, shareOf(party)))
      expect(await sign()).toMatchObject({ ok: false, error: { detail: expect.stringContaining('share_mismatch') as string } })
      await restartBoth(() => writeFileSync(shareOf(party), fresh))
      expect((await sign()).ok).toBe(true)
    })

    test('under the name of the new one gives no signature that the app takes', async () => {
      const old = openShare(readFileSync(shareOf(party), 'utf8'), part.passphrases[party])
      expect((await refresh()).ok).toBe(true)
      const fresh = readFileSync(shareOf(party), 'utf8')
      const { shareId } = openShare(fresh, part.passphrases[party])
      await restartBoth(() => writeFileSync(shareOf(party), seal({ shareId, bytes: old.bytes }, part.passphrases[party])))
      const { outcome, code, fed } = await throughGate(signer())
      expect({ outcome, code, fed }).toEqual({ outcome: 'refused', code: 'BAD_ANSWER', fed: ['failure'] })
      await restartBoth(() => writeFileSync(shareOf(party), fresh))
      expect((await sign()).ok).toBe(true)
    })
  })

  test('a crash between both parties’ taking the new shares into use is mended when they speak again', async () => {
    const saved = [readFileSync(shareOf(0), 'utf8'), readFileSync(shareOf(1), 'utf8')]
    expect((await refresh()).ok).toBe(true)
    // As if the leader had been killed right before its own change-over.
    await restartBoth(() => {
      copyFileSync(shareOf(0), join(part.pair.folderOf(0), 'share.next.json'))
      writeFileSync(shareOf(0), saved[0]!)
    })
    expect((await sign()).ok).toBe(true)
    expect((await refresh()).ok).toBe(true)
  })

  test.each([
    ['another address', { address: `0x${'11'.repeat(20)}` }, 'WRONG_ADDRESS'],
    ['the same shares', null, 'BAD_ANSWER'],
    ['shares that are not in use', { share_id: 'another' }, 'BAD_ANSWER'],
  ] as const)('a refresh that answers with %s is not done, and may have changed the shares', async (_what, lie, code) => {
    let known = ''
    part.answerBy(async ({ path }, honest) => {
      const { status, body } = await honest()
      if (path === '/address') known = (body as { share_id: string }).share_id
      if (path !== '/refresh') return { status, body }
      return { status, body: { ...(body as object), ...(lie ?? { share_id: known }) } }
    })
    expect(await refresh()).toMatchObject({ ok: false, error: { code, begun: true } })
  })

  test('new shares that do not sign are not believed', async () => {
    part.misbehave('other-key')
    expect(await refresh()).toMatchObject({ ok: false, error: { code: 'BAD_ANSWER', begun: true } })
  })

  test('a refresh whose answer is lost may have happened, and is not asked for again', async () => {
    part.answerBy(({ path }, honest) => (path === '/refresh' ? Promise.reject(new Error('lost')) : honest()))
    expect(await refresh()).toMatchObject({ ok: false, error: { code: 'DISCONNECTED', begun: true } })
    expect(part.calls.filter(({ path }) => path === '/refresh')).toHaveLength(1)
  })

  test('a signer of another address is not refreshed', async () => {
    const stranger = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
    expect(await refreshShares(part.config, stranger, parts(), never)).toMatchObject({
      ok: false,
      error: { code: 'WRONG_ADDRESS', begun: false },
    })
    expect(part.calls.map(({ path }) => path)).toEqual(['/address'])
  })
})
