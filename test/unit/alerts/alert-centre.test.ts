import { beforeEach, describe, expect, test } from 'vitest'

import { backOffMs } from '../../../src-main/alerts/back-off'
import { newSecret, rotated, sealSecret } from '../../../src-main/alerts/secrets'
import { signBody } from '../../../src-main/alerts/signature'
import { GIVE_UP_AFTER_MS, LOST_AFTER_FAILURES, MOST_WAITING } from '../../../src-main/alerts/webhook-sender'
import { systemRandom } from '../../../src-main/app/random'
import type { AlertKind } from '../../../src-main/domain/alert'
import { CentreBench } from '../../support/alerts/centre'

const MINUTE = 60_000
let bench: CentreBench
beforeEach(() => {
  bench = new CentreBench()
  bench.centre.open(bench.backing)
})
const raise = (kind: AlertKind, subject: string | null = null) => bench.centre.raise({ kind, subject, figures: {} })
const deliveries = () => bench.centre.list().alerts.map(({ kind, delivery }) => [kind, delivery])
const refuse = () => Promise.resolve({ ok: false as const, why: 'REFUSED' as const, detail: '500' })

describe('X7: alerts are kept', () => {
  test('after a restart they are there, with counts and who acknowledged what', async () => {
    raise('reorg', 'order-1')
    raise('reorg', 'order-1')
    raise('call-forbidden')
    const [first] = bench.centre.list().alerts
    bench.centre.acknowledge([first!.id], 'ada')
    await bench.clock.advance(100)
    const before = bench.centre.list()
    bench.restart()
    expect(bench.centre.list()).toEqual(before)
    expect(before.alerts.map(({ count }) => count).sort()).toEqual([1, 2])
  })

  test('raising writes nothing itself: the database is told later, of many at once', async () => {
    for (let n = 0; n < 50; n++) raise('order-failed', `order-${n}`)
    expect(bench.backing.saves).toBe(0)
    await bench.clock.advance(100)
    expect([bench.backing.saves, bench.backing.rows.size]).toEqual([1, 50])
  })

  test('while the database refuses they are shown all the same, it is said once, and they are kept when it takes them again', async () => {
    bench.backing.refuses = true
    raise('disk-full')
    await bench.clock.advance(MINUTE)
    expect(bench.centre.list().kept).toBe(false)
    expect(bench.centre.list().alerts.map(({ kind, subject, count }) => [kind, subject, count])).toEqual([
      ['disk-full', null, 1],
      ['alert-path-lost', 'database', 1],
    ])
    expect(bench.notes.map(({ kind }) => kind)).toEqual(['disk-full', 'alert-path-lost'])
    bench.backing.refuses = false
    await bench.clock.advance(MINUTE)
    expect(bench.centre.list().kept).toBe(true)
    expect(bench.backing.rows.size).toBe(2)
  })

  test('what was raised before an environment was open joins it', async () => {
    bench.centre.close()
    expect(bench.centre.list().alerts).toEqual([])
    raise('audit-broken')
    bench.centre.open(bench.backing)
    await bench.clock.advance(100)
    expect([...bench.backing.rows.values()].map(({ kind }) => kind)).toEqual(['audit-broken'])
  })
})

describe('X7: people are told', () => {
  test('the most urgent sound and show; a fold does neither; what is not urgent only shows in the alert centre', () => {
    raise('kill-switch-triggered')
    raise('kill-switch-triggered')
    raise('reorg')
    raise('order-failed')
    expect(bench.tones).toEqual(['kill-switch-triggered'])
    expect(bench.notes.map(({ kind }) => kind)).toEqual(['kill-switch-triggered', 'reorg'])
    expect(bench.badge).toBe(2)
    bench.centre.acknowledge(
      bench.centre.list().alerts.map(({ id }) => id),
      'ada',
    )
    expect(bench.badge).toBe(0)
  })

  test('muting silences the tone and nothing that is seen', async () => {
    await bench.centre.changeSettings(
      { ...bench.centre.settings(), sound: false },
      { actor: 'ada', type: 'AlertSettingsChanged', data: {} },
    )
    raise('kill-switch-triggered')
    expect(bench.tones).toEqual([])
    expect(bench.notes).toMatchObject([{ kind: 'kill-switch-triggered', silent: true }])
  })

  test('a flood shows few notifications, but every critical one', () => {
    for (let n = 0; n < 100; n++) raise('reorg', `order-${n}`)
    expect(bench.notes.length).toBeLessThanOrEqual(12)
    raise('signature-mismatch')
    expect(bench.notes.at(-1)?.kind).toBe('signature-mismatch')
  })

  test('a desktop that shows nothing is itself an alert, once', () => {
    bench.desktopWorks = false
    raise('kill-switch-triggered')
    raise('reorg')
    expect(bench.centre.list().alerts.filter(({ kind }) => kind === 'alert-path-lost')).toMatchObject([{ subject: 'desktop', count: 1 }])
    expect(bench.pathRecords).toEqual(['AlertPathLost desktop'])
  })

  test('a test goes every way, also when it is not the first', async () => {
    await bench.useWebhook()
    await bench.centre.changeSettings(
      { ...bench.centre.settings(), desktop: ['critical'] },
      { actor: 'ada', type: 'AlertSettingsChanged', data: {} },
    )
    bench.centre.test('ada')
    bench.centre.test('ada')
    await bench.clock.advance(100)
    expect([bench.notes.length, bench.tones.length, bench.bodies().length]).toEqual([2, 2, 2])
  })
})

describe('X7: the webhook', () => {
  test('is sent what is meant for it, signed, with an id to tell doubles by', async () => {
    const secret = await bench.useWebhook()
    raise('kill-switch-triggered')
    raise('drill')
    await bench.clock.advance(100)
    expect(bench.posted).toHaveLength(1)
    const [{ body, headers, url }] = bench.posted as [(typeof bench.posted)[number]]
    expect(url.href).toBe('https://alerts.example/in')
    expect(headers).toEqual(signBody([secret], body, bench.clock.wallMs()))
    const [alert] = bench.centre.list().alerts
    expect(JSON.parse(body)).toEqual({
      id: alert!.id,
      kind: 'kill-switch-triggered',
      severity: 'critical',
      subject: null,
      figures: {},
      atMs: alert!.lastAtMs,
      firstAtMs: alert!.firstAtMs,
      count: 1,
      environment: 'paper',
    })
    expect(deliveries()).toEqual([
      ['kill-switch-triggered', 'sent'],
      ['drill', 'none'],
    ])
  })

  test('waits longer after each failure, never longer than the cap, and a flood is no more attempts', async () => {
    await bench.useWebhook()
    bench.answer = refuse
    raise('reorg', 'first')
    const triedAtMs: number[] = []
    for (let second = 0; second < 20 * 60; second++) {
      raise('reorg', `another-${second}`)
      const before = bench.posted.length
      await bench.clock.advance(1_000)
      for (let n = before; n < bench.posted.length; n++) triedAtMs.push(second)
    }
    const waits = triedAtMs.slice(1).map((at, place) => at - triedAtMs[place]!)
    expect(triedAtMs.length).toBeLessThan(18)
    expect(Math.max(...waits)).toBeLessThanOrEqual(301)
    expect(waits.at(-1)).toBeGreaterThanOrEqual(149)
  })

  test('the wait doubles, is capped, and half of it is chance', () => {
    const random = (byte: number) => ({ bytes: (length: number) => new Uint8Array(length).fill(byte), uuid: () => '' })
    expect([1, 2, 3, 4, 20, 400].map((failures) => backOffMs(failures, random(0)))).toEqual([1_000, 2_000, 4_000, 8_000, 150_000, 150_000])
    expect([1, 2, 3, 4, 20, 400].map((failures) => backOffMs(failures, random(255)))).toEqual([
      2_000, 4_000, 8_000, 16_000, 300_000, 300_000,
    ])
  })

  test('what was not taken is tried again until it is, also after a restart, under the same id', async () => {
    await bench.useWebhook()
    bench.answer = refuse
    raise('kill-switch-triggered')
    await bench.clock.advance(100)
    bench.restart()
    await bench.clock.advance(100)
    expect(new Set(bench.bodies().map(({ id }) => id)).size).toBe(1)
    expect(bench.posted.length).toBe(2)
    bench.answer = () => Promise.resolve({ ok: true })
    await bench.clock.advance(10 * MINUTE)
    expect(deliveries()).toEqual([['kill-switch-triggered', 'sent']])
    const sent = bench.posted.length
    bench.restart()
    await bench.clock.advance(10 * MINUTE)
    expect(bench.posted.length).toBe(sent)
  })

  test('its loss is an alert on the other ways, told once, and that it works again is on record', async () => {
    await bench.useWebhook()
    bench.answer = refuse
    raise('kill-switch-triggered')
    await bench.clock.advance(20 * MINUTE)
    expect(bench.posted.length).toBeGreaterThan(LOST_AFTER_FAILURES)
    expect(bench.centre.webhookHealth().state).toBe('lost')
    expect(bench.notes.map(({ kind }) => kind)).toEqual(['kill-switch-triggered', 'alert-path-lost'])
    expect(bench.centre.list().alerts).toMatchObject([
      { kind: 'kill-switch-triggered' },
      { kind: 'alert-path-lost', subject: 'webhook', figures: { why: 'REFUSED', detail: '500' }, count: 1 },
    ])
    bench.answer = () => Promise.resolve({ ok: true })
    await bench.clock.advance(10 * MINUTE)
    expect(bench.pathRecords).toEqual(['AlertPathLost webhook', 'AlertPathRestored webhook'])
    expect(bench.centre.webhookHealth().state).toBe('working')
    expect(deliveries().map(([, delivery]) => delivery)).toEqual(['sent', 'sent'])
  })

  test('one alert that the receiver never takes does not stand before the others', async () => {
    await bench.useWebhook()
    bench.answer = ({ body }) => (body.includes('poison') ? refuse() : Promise.resolve({ ok: true }))
    raise('kill-switch-triggered', 'poison')
    raise('reorg', 'good')
    await bench.clock.advance(MINUTE)
    expect(bench.centre.list().alerts.find(({ subject }) => subject === 'good')?.delivery).toBe('sent')
  })

  test('what could not be delivered for a day is given up', async () => {
    await bench.useWebhook()
    bench.answer = refuse
    raise('reorg')
    await bench.clock.advance(GIVE_UP_AFTER_MS + 10 * MINUTE)
    expect(bench.centre.list().alerts.find(({ kind }) => kind === 'reorg')?.delivery).toBe('dropped')
  })

  test('no more than so many wait, and the urgent ones stay', async () => {
    await bench.useWebhook()
    bench.answer = refuse
    raise('kill-switch-triggered')
    await bench.clock.advance(MINUTE)
    for (let n = 0; n < MOST_WAITING + 100; n++) raise('order-failed', `order-${n}`)
    await bench.clock.advance(10 * MINUTE)
    const waiting = bench.centre.list().alerts.filter(({ delivery }) => delivery === 'due')
    expect(waiting).toHaveLength(MOST_WAITING)
    expect(waiting.map(({ kind }) => kind)).toContain('kill-switch-triggered')
  })

  test('a receiver that never answers holds up nobody who raises', async () => {
    await bench.useWebhook()
    bench.answer = () => new Promise(() => undefined)
    for (let n = 0; n < 20; n++) raise('reorg', `order-${n}`)
    await bench.clock.advance(MINUTE)
    expect(bench.centre.list().alerts).toHaveLength(20)
    expect(bench.posted).toHaveLength(1)
  })

  test('during an overlap both secrets sign; after it, the new one alone', async () => {
    const old = await bench.useWebhook()
    const fresh = newSecret(systemRandom)
    const sealed = await sealSecret(bench.vault, fresh, bench.clock.wallMs())
    if (!sealed.ok) throw new Error(sealed.error)
    const settings = bench.centre.settings()
    const secrets = rotated(settings.webhook!.secrets, sealed.value, bench.clock.wallMs())
    await bench.centre.changeSettings(
      { ...settings, webhook: { ...settings.webhook!, secrets } },
      { actor: 'ada', type: 'WebhookSecretRotated', data: {} },
    )
    raise('kill-switch-triggered')
    await bench.clock.advance(100)
    await bench.clock.advance(25 * 60 * MINUTE)
    raise('kill-switch-triggered')
    await bench.clock.advance(100)
    const signedBy = bench.posted.map(({ headers, body }) => {
      const at = Number(headers['Holdfast-Timestamp']) * 1_000
      return [fresh, old].filter((secret) => headers['Holdfast-Signature']!.includes(signBody([secret], body, at)['Holdfast-Signature']))
    })
    expect(signedBy).toEqual([[fresh, old], [fresh]])
  })

  test('without its secret nothing is sent unsigned, and that is an alert at once', async () => {
    await bench.useWebhook()
    bench.vault.available = false
    bench.restart()
    await bench.clock.advance(100)
    expect(bench.centre.list().alerts).toMatchObject([{ kind: 'alert-path-lost', subject: 'webhook', figures: { why: 'NO_SECRET' } }])
    expect(bench.posted).toEqual([])
    bench.vault.available = true
    await bench.clock.advance(10 * MINUTE)
    expect(deliveries()).toEqual([['alert-path-lost', 'sent']])
  })

  test('settings that cannot be read tell by the defaults, and that is an alert', () => {
    bench.backing.settings = { sound: 'maybe' }
    bench.restart()
    expect(bench.centre.settings()).toEqual({ sound: true, desktop: ['critical', 'high'], webhook: null })
    expect(bench.centre.list().alerts).toMatchObject([{ kind: 'alert-path-lost', figures: { why: 'SETTINGS_UNREADABLE' } }])
  })

  test('an address that is left hears of it, and what is due goes to the new one alone', async () => {
    await bench.useWebhook()
    raise('protection-changed', 'change-alerts')
    await bench.useWebhook('https://other.example/in')
    await bench.clock.advance(MINUTE)
    expect(bench.posted.map(({ url }) => url.hostname)).toEqual(['alerts.example', 'other.example'])
  })

  test('a removed webhook is sent nothing more', async () => {
    await bench.useWebhook()
    bench.answer = refuse
    raise('reorg')
    await bench.clock.advance(100)
    const sent = bench.posted.length
    await bench.centre.changeSettings({ ...bench.centre.settings(), webhook: null }, { actor: 'ada', type: 'WebhookRemoved', data: {} })
    raise('kill-switch-triggered')
    await bench.clock.advance(60 * MINUTE)
    expect(bench.posted.length).toBe(sent)
    expect(deliveries()).toContainEqual(['reorg', 'dropped'])
  })

  test('a change that cannot be recorded changes nothing', async () => {
    bench.backing.refuses = true
    await expect(bench.useWebhook()).rejects.toThrow('the disk is full')
    expect(bench.centre.settings().webhook).toBe(null)
  })
})
