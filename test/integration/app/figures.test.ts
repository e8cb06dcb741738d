import { request } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'

import { describe, expect, test } from 'vitest'

import type { SecureTask } from '../../../src-preload/contract/secure'
import { allowing } from '../../support/app/allowing'
import { eachApp } from '../../support/app/each-app'
import { PAPER_SELL } from '../../support/app/drafts'

const bench = eachApp()

function ask(port: number, method: string, path: string, authorization: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers: { authorization }, agent: false }, (response) => {
      let text = ''
      response.on('data', (part: Buffer) => (text += part.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** Turns the interface on and makes a client; gives back how to ask. */
async function programOf(scopes: ('health' | 'metrics' | 'halt')[]) {
  const shown: Extract<SecureTask, { kind: 'show-secret' }>[] = []
  bench.app.answer = (task) => {
    if (task.kind === 'authorise')
      return { kind: 'authorise', id: task.id, recoveryKeys: [new TextEncoder().encode(bench.app.recoveryKeys[0])] }
    if (task.kind !== 'show-secret') return null
    shown.push(task)
    return { kind: 'show-secret', id: task.id }
  }
  const port = await freePort()
  expect(await bench.app.must('api.configure', { enabled: true, port, reason: 'watching' })).toEqual({ done: true })
  expect(await bench.app.must('api.addClient', { name: 'Prometheus', scopes, reason: 'watching' })).toEqual({ done: true })
  const [client] = (await bench.app.must('api.get', {})).clients
  const basic = `Basic ${Buffer.from(`${client?.id}:${shown[0]?.secret}`).toString('base64')}`
  const token = JSON.parse((await ask(port, 'POST', '/api/token', basic)).text) as { access_token: string }
  return { port, id: client?.id ?? '', ask: (method: string, path: string) => ask(port, method, path, `Bearer ${token.access_token}`) }
}

describe('X7: figures', () => {
  test('an order that is filled shows in the figures of the day and over time', async () => {
    const plan = await bench.app.must('order.prepare', PAPER_SELL)
    const filled = bench.app.heard('order.changed', (order) => order.state === 'filled')
    await bench.app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    await filled
    const now = await bench.app.must('metrics.now', {})
    expect(now).toMatchObject({ ordersEnded: 1, successRate: 1, ordersOpen: 0 })
    const untilMs = Date.now() + 1
    const series = await bench.app.must('metrics.series', {
      names: ['trade_success', 'slippage_pct', 'slippage_limit_pct'],
      sinceMs: untilMs - 3_600_000,
      untilMs,
      points: 60,
    })
    expect(series.map(({ points }) => points.length)).toEqual([1, 1, 1])
    const [, paid, limit] = series.map(({ points }) => points[0]?.mean ?? NaN)
    expect(paid).toBeLessThanOrEqual(limit ?? NaN)
  })
})

describe('P6 X5: the local interface of the composed app', () => {
  test('is off as it comes, and stays off without authority', async () => {
    expect(await bench.app.must('api.get', {})).toMatchObject({ enabled: false, listening: false, clients: [] })
    bench.app.answer = () => null
    expect(await bench.app.must('api.configure', { enabled: true, port: 45_999, reason: 'try' })).toEqual({ done: false })
    expect(await bench.app.must('api.get', {})).toMatchObject({ enabled: false, listening: false })
  })

  test('tells figures, halts, and each access is on record', async () => {
    const program = await programOf(['health', 'metrics', 'halt'])
    const health = await program.ask('GET', '/api/health')
    expect([health.status, JSON.parse(health.text)]).toMatchObject([200, { trading_halted: false, environment: 'paper' }])
    expect((await program.ask('GET', '/api/metrics')).text).toContain('holdfast_kill_switch_status{state="armed"} 1')
    expect((await program.ask('POST', '/api/halt')).status).toBe(200)
    expect((await bench.app.must('app.status', {})).killSwitch).toMatchObject({ state: 'triggered', source: 'api', by: 'Prometheus' })
    expect(await bench.app.call('order.prepare', PAPER_SELL)).toMatchObject({ ok: false, problem: { code: 'KILL_SWITCH_TRIGGERED' } })
    const filter = { sinceMs: null, untilMs: null, categories: [], severities: [], type: 'ApiAccessed', text: null }
    const page = await bench.app.must('audit.page', { filter, offset: 0, limit: 50 })
    expect(page.rows.map(({ actor }) => actor)).toEqual(Array.from({ length: 4 }, () => 'Prometheus'))
  })

  test('X5: nobody takes a way to halt away without authority, by ending its client or by turning the interface off', async () => {
    const program = await programOf(['health', 'halt'])
    const asked: SecureTask[] = []
    bench.app.answer = (task) => {
      asked.push(task)
      return null
    }
    expect(await bench.app.must('api.revokeClient', { id: program.id })).toEqual({ done: false })
    expect(await bench.app.must('api.configure', { enabled: false, port: program.port, reason: 'off' })).toEqual({ done: false })
    const lost = { label: 'Prometheus', before: 'read health, halt trading', after: 'nothing' }
    expect(asked).toMatchObject([
      { kind: 'authorise', act: 'change-api', changes: [lost] },
      { kind: 'authorise', act: 'change-api', changes: [{ label: 'Local interface', after: 'off' }, lost] },
    ])
    expect((await program.ask('POST', '/api/halt')).status).toBe(200)

    expect(await allowing(bench.app, () => bench.app.must('api.revokeClient', { id: program.id }))).toEqual({ done: true })
    expect((await program.ask('POST', '/api/halt')).status).toBe(401)
    // Nobody can halt by it any more, so that turning it off takes nothing from anybody.
    expect(await bench.app.must('api.configure', { enabled: false, port: program.port, reason: 'off' })).toEqual({ done: true })
    expect(asked).toHaveLength(2)
  })

  test('a client that is ended is turned away, and a secret that nobody took is worth nothing', async () => {
    const program = await programOf(['health'])
    await bench.app.must('api.revokeClient', { id: program.id })
    expect((await program.ask('GET', '/api/health')).status).toBe(401)
    bench.app.answer = (task) =>
      task.kind === 'authorise'
        ? { kind: 'authorise', id: task.id, recoveryKeys: [new TextEncoder().encode(bench.app.recoveryKeys[0])] }
        : null
    expect(await bench.app.must('api.addClient', { name: 'Other', scopes: ['halt'], reason: 'x' })).toEqual({ done: false })
    expect((await bench.app.must('api.get', {})).clients.find(({ name }) => name === 'Other')?.revokedAtMs).not.toBeNull()
  })
})
