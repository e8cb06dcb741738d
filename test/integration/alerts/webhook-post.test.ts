import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { signBody } from '../../../src-main/alerts/signature'
import { createPost } from '../../../src-main/alerts/webhook-post'
import { systemScheduler } from '../../../src-main/lib/clock'
import { CentreBench } from '../../support/alerts/centre'
import { Receiver, selfSigned } from '../../support/alerts/receiver'
import { FakeClock } from '../../support/fake-clock'

let receiver: Receiver
beforeEach(async () => {
  receiver = await new Receiver().start()
})
afterEach(async () => {
  await receiver.stop()
})

const post = createPost(systemScheduler)
const send = (url = receiver.url, by = post) => by({ url: new URL(url), body: '{"id":"ä"}', headers: { 'Holdfast-Timestamp': '1' } })

describe('X7: one message to a receiver', () => {
  test('arrives whole, and a 2xx takes it, however much the receiver has to say', async () => {
    receiver.behaviours = [204]
    expect(await send()).toEqual({ ok: true })
    expect(receiver.received).toMatchObject([
      { body: '{"id":"ä"}', path: '/alerts', headers: { 'content-type': 'application/json', 'holdfast-timestamp': '1' } },
    ])
  })

  test.each([
    [500, 'REFUSED', '500'],
    [404, 'REFUSED', '404'],
    ['reset', 'UNREACHABLE', 'ECONNRESET'],
  ] as const)('%s is not taken: %s', async (behaviour, why, detail) => {
    receiver.behaviours = [behaviour]
    expect(await send()).toEqual({ ok: false, why, detail })
  })

  test('a redirect is refused and not followed', async () => {
    const other = await new Receiver().start()
    receiver.behaviours = [{ redirectTo: other.url }]
    expect(await send()).toEqual({ ok: false, why: 'REDIRECTED', detail: '307' })
    expect(other.received).toEqual([])
    await other.stop()
  })

  test('a receiver that stalls is left when the time is up', async () => {
    receiver.behaviours = ['stall']
    const clock = new FakeClock()
    const outcome = send(receiver.url, createPost(clock))
    await receiver.got(1)
    await clock.advance(10_000)
    expect(await outcome).toMatchObject({ ok: false, why: 'TIMED_OUT' })
    expect(clock.pendingTasks).toBe(0)
  })

  test('nobody there is an answer like any other', async () => {
    await receiver.stop()
    expect(await send()).toEqual({ ok: false, why: 'UNREACHABLE', detail: 'ECONNREFUSED' })
  })

  test('over TLS only a certificate that is trusted will do', async () => {
    const certificate = selfSigned()
    const tls = await new Receiver().start(certificate)
    expect(await send(tls.url)).toMatchObject({ ok: false, why: 'CERTIFICATE' })
    expect(tls.received).toEqual([])
    expect(await send(tls.url, createPost(systemScheduler, { ca: certificate.cert }))).toEqual({ ok: true })
    // Trusted, but not for this name.
    expect(await send(tls.url.replace('127.0.0.1', 'localhost'), createPost(systemScheduler, { ca: certificate.cert }))).toMatchObject({
      ok: false,
      why: 'CERTIFICATE',
    })
    await tls.stop()
  })
})

test('X7: an alert that a receiver resets, redirects and answers with 500 is sent until it answers 200, by one id, freshly signed', async () => {
  const bench = new CentreBench()
  bench.answer = createPost(systemScheduler)
  bench.centre.open(bench.backing)
  const secret = await bench.useWebhook(receiver.url)
  receiver.behaviours = ['reset', { redirectTo: receiver.url }, 500, 200]
  bench.centre.raise({ kind: 'kill-switch-triggered', subject: null, figures: { reason: 'a “quoted” reason' } })
  const alert = () => bench.centre.list().alerts.find(({ kind }) => kind === 'kill-switch-triggered')
  // After the third failure the loss of the way is an alert as well, and goes the same way.
  await expect.poll(() => bench.clock.advance(1_000).then(() => alert()?.delivery), { timeout: 20_000 }).toBe('sent')
  const messages = receiver.received.filter(({ body }) => body.includes('kill-switch-triggered'))
  expect(messages).toHaveLength(4)
  expect(new Set(messages.map(({ body }) => (JSON.parse(body) as { id: string }).id)).size).toBe(1)
  for (const { headers, body } of messages) {
    const at = Number(headers['holdfast-timestamp'])
    expect(headers['holdfast-signature']).toBe(signBody([secret], body, at * 1_000)['Holdfast-Signature'])
  }
  expect(new Set(messages.map(({ headers }) => headers['holdfast-timestamp'])).size).toBe(4)
  bench.centre.close()
})
