import { createHmac } from 'node:crypto'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { SecureTask } from '../../../src-preload/contract/secure'
import { PAPER_SELL } from '../../support/app/drafts'
import { armedDataDir, launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../../support/app/launch'
import { Receiver } from '../../support/alerts/receiver'

const vault = memoryVault()
let app: TestApp
let receiver: Receiver
let shown: string[]
let asked: SecureTask[]

beforeEach(async () => {
  receiver = await new Receiver().start()
  shown = []
  asked = []
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
  await receiver.stop()
})

/** Answers in the main-owned window as the person who holds the recovery keys would. */
const allowEverything = (): void => {
  app.answer = (task) => {
    asked.push(task)
    if (task.kind === 'authorise') return { kind: 'authorise', id: task.id, recoveryKeys: [new TextEncoder().encode(app.recoveryKeys[0])] }
    if (task.kind !== 'show-secret') return null
    shown.push(task.secret)
    return { kind: 'show-secret', id: task.id }
  }
}
const restart = async (): Promise<void> => {
  const { dataDir, recoveryKeys } = app
  await app.stop()
  app = await launchApp({ dataDir, vault })
  app.recoveryKeys = recoveryKeys
}
const pressHalt = () => app.must('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })
const listed = async (kind: string) => (await app.must('alerts.list', {})).alerts.filter((alert) => alert.kind === kind)
const bodies = () =>
  receiver.received.map(({ body }) => JSON.parse(body) as { id: string; kind: string; severity: string; environment: string })
const kinds = () => bodies().map(({ kind }) => kind)
const place = async (): Promise<void> => {
  const plan = await app.must('order.prepare', PAPER_SELL)
  const filled = app.heard('order.changed', ({ state }) => state === 'filled')
  await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  await filled
}

describe('with a webhook', () => {
  beforeEach(async () => {
    app = await launchApp({ vault })
    await setUp(app)
    allowEverything()
    expect(await app.must('alerts.setWebhook', { url: receiver.url })).toEqual({ done: true })
  })

  test('X7: halting raises a critical alert that reaches the desktop, the alert centre and the receiver, signed with the secret that was shown once', async () => {
    const told = app.heard('alerts.light', ({ tone, urgent }) => tone && urgent > 0)
    await pressHalt()
    await told
    await expect.poll(kinds).toContain('kill-switch-triggered')
    const [alert] = await listed('kill-switch-triggered')
    expect(alert).toMatchObject({ severity: 'critical', count: 1, acknowledged: null, figures: { source: 'button' } })
    expect((await app.must('audit.entry', { seq: alert!.auditSeq! })).type).toBe('KillSwitchTriggered')
    expect(app.notes).toContainEqual({ kind: 'kill-switch-triggered', severity: 'critical', count: 1, silent: false })

    const message = receiver.received.find(({ body }) => body.includes('kill-switch-triggered'))!
    expect(JSON.parse(message.body)).toMatchObject({ id: alert!.id, severity: 'critical', environment: 'paper', count: 1 })
    expect(shown).toHaveLength(1)
    const mine = createHmac('sha256', Buffer.from(shown[0]!, 'hex')).update(
      `${String(message.headers['holdfast-timestamp'])}.${message.body}`,
    )
    expect(message.headers['holdfast-signature']).toBe(`v1=${mine.digest('hex')}`)
  })

  test('X7: a receiver that stalls delays neither an order nor a halt, and gets its alert after a restart', async () => {
    receiver.behaviours = ['stall']
    await app.must('alerts.test', {})
    await expect.poll(kinds).toContain('test-alert')
    // The receiver still holds the connection; whatever waited for it would hang here.
    await place()
    await pressHalt()
    expect((await app.must('app.status', {})).killSwitch.state).toBe('triggered')
    expect((await app.must('alerts.settings', {})).webhook?.lastTakenMs).not.toBe(undefined)

    receiver.behaviours = [200]
    await restart()
    await expect.poll(kinds).toContain('kill-switch-triggered')
    const [alert] = await listed('kill-switch-triggered')
    expect(bodies().filter(({ kind }) => kind === 'kill-switch-triggered')).toMatchObject([{ id: alert!.id }])
  })

  test('X7: what changes the webhook is asked in the main-owned window, recorded, and never without its words', async () => {
    expect(asked[0]).toMatchObject({
      kind: 'authorise',
      act: 'change-alerts',
      changes: [{ label: 'Webhook', before: null, after: receiver.url }],
    })
    const record = await app.must('audit.page', {
      filter: { sinceMs: null, untilMs: null, categories: [], severities: [], type: 'WebhookChanged', text: null },
      offset: 0,
      limit: 5,
    })
    expect(record.total).toBe(1)
    const entry = await app.must('audit.entry', { seq: record.rows[0]!.seq })
    expect(entry.dataJson).not.toContain(shown[0])

    // Nobody in authority: nothing changes.
    app.answer = () => null
    expect(await app.must('alerts.removeWebhook', {})).toEqual({ done: false })
    expect(await app.must('alerts.setSeverities', { path: 'webhook', severities: ['critical'] })).toEqual({ done: false })
    expect(await app.must('alerts.rotateSecret', {})).toEqual({ done: false })
    expect((await app.must('alerts.settings', {})).webhook?.severities).toEqual(['critical', 'high', 'medium'])
    // More needs nobody.
    expect(await app.must('alerts.setSeverities', { path: 'webhook', severities: ['critical', 'high', 'medium', 'low'] })).toEqual({
      done: true,
    })

    allowEverything()
    expect(await app.must('alerts.removeWebhook', {})).toEqual({ done: true })
    // Whoever reads there learns that it was left.
    await expect.poll(kinds).toContain('protection-changed')
    expect((await app.must('alerts.settings', {})).webhook).toBe(null)
  })

  test('X7: a new secret counts once it was seen; until then, and for a day after, the old one signs', async () => {
    app.answer = (task) =>
      task.kind === 'show-secret' ? null : { kind: 'authorise', id: task.id, recoveryKeys: [new TextEncoder().encode(app.recoveryKeys[0])] }
    expect(await app.must('alerts.rotateSecret', {})).toEqual({ done: false })
    expect((await app.must('alerts.settings', {})).webhook?.overlapUntilMs).toBe(null)
    allowEverything()
    expect(await app.must('alerts.rotateSecret', {})).toEqual({ done: true })
    await restart()
    await app.must('alerts.test', {})
    await expect.poll(kinds).toContain('test-alert')
    const message = receiver.received.find(({ body }) => body.includes('test-alert'))!
    const by = (secret: string) =>
      `v1=${createHmac('sha256', Buffer.from(secret, 'hex'))
        .update(`${String(message.headers['holdfast-timestamp'])}.${message.body}`)
        .digest('hex')}`
    expect(message.headers['holdfast-signature']).toBe(`${by(shown[1]!)},${by(shown[0]!)}`)
  })
})

describe('without a webhook', () => {
  beforeEach(async () => {
    app = await launchApp({ vault, dataDir: armedDataDir() })
  })

  test('X7: acknowledging says who and when, is on record, and outlives a restart', async () => {
    await pressHalt()
    await expect.poll(() => listed('kill-switch-triggered')).toHaveLength(1)
    const [alert] = await listed('kill-switch-triggered')
    expect(await app.must('alerts.acknowledge', { ids: [alert!.id, 'not-there'] })).toEqual({ acknowledged: 1 })
    expect(await app.must('alerts.acknowledge', { ids: [alert!.id] })).toEqual({ acknowledged: 0 })
    await restart()
    expect(await listed('kill-switch-triggered')).toMatchObject([{ id: alert!.id, acknowledged: { by: 'operator' } }])
    expect(await app.must('audit.types', {})).toContain('AlertsAcknowledged')
    expect((await app.must('alerts.list', {})).kept).toBe(true)
  })

  test('X7: halting twice is one alert with a count', async () => {
    await pressHalt()
    await expect.poll(() => listed('kill-switch-triggered')).toHaveLength(1)
    await pressHalt()
    await expect.poll(async () => (await listed('kill-switch-triggered'))[0]?.count).toBe(2)
  })

  test.each(['http://alerts.example/in', 'https://user:pass@alerts.example/', 'not an address'])(
    'X7: %s is refused as a webhook before anybody is asked',
    async (url) => {
      allowEverything()
      expect(await app.call('alerts.setWebhook', { url })).toMatchObject({ ok: false, problem: { code: 'INVALID_INPUT' } })
      expect(asked).toEqual([])
    },
  )

  test('X7: without a keychain there is no webhook', async () => {
    vault.available = false
    expect(await app.call('alerts.setWebhook', { url: receiver.url })).toMatchObject({ ok: false, problem: { code: 'NO_KEYCHAIN' } })
    vault.available = true
  })

  test('X7: a call from a stranger is an alert, and muting needs nobody but leaves what is seen', async () => {
    app.holdfast.records.forbidden('order.confirm', 'https://evil.example')
    expect(await listed('call-forbidden')).toMatchObject([{ subject: 'order.confirm', figures: { origin: 'https://evil.example' } }])
    await app.must('alerts.setSound', { on: false })
    await pressHalt()
    await expect.poll(() => app.notes.map(({ kind, silent }) => [kind, silent])).toContainEqual(['kill-switch-triggered', true])
  })
})
