import type { TestApp } from '../support/app/launch'

const REASON = 'the soak goes on'

/** A person at the app, who puts right what stands in the way, with a recovery key, as the app asks for it. */
export class Operator {
  readonly acts = { halts: 0, releases: 0, breakersClosed: 0, resumed: 0 }
  readonly refusals = new Map<string, number>()

  constructor(private readonly keys: readonly string[]) {}

  /** Is asked in the main-owned window from now on. */
  attend(app: TestApp): void {
    app.answer = (task) =>
      task.kind === 'authorise'
        ? { kind: 'authorise', id: task.id, recoveryKeys: this.keys.slice(0, task.keysNeeded).map((key) => new TextEncoder().encode(key)) }
        : null
  }

  /** Raises the limits as far as this load needs, once. */
  async allowLoad(app: TestApp): Promise<void> {
    const change = { maxOrdersPerSecond: 50, maxOrdersPerMinute: 600, repeatCount: 50, maxAssetDayUsd: '50000000', maxDayUsd: '50000000' }
    const { done } = await app.must('limits.change', { change, reason: REASON })
    if (!done) throw new Error(`the limits were not changed: ${JSON.stringify(app.lastProblem)}`)
  }

  async halt(app: TestApp): Promise<void> {
    await app.must('halt.trigger', { mode: 'graceful', scope: 'machine', source: 'button' })
    await app.must('halt.durable', {})
    this.acts.halts += 1
  }

  /** Looks at the guards, and lets trading go on where they hold it. */
  async putRight(app: TestApp): Promise<void> {
    const { killSwitch, trading, breakers } = await app.must('guards.status', {})
    for (const { id, state } of breakers) {
      if (state !== 'open' && state !== 'isolated') continue
      const closed = await app.call('breaker.close', { breaker: id, reason: REASON })
      if (closed.ok && closed.value.closed) this.acts.breakersClosed += 1
      else this.#refused('breaker.close', closed)
    }
    if (killSwitch.state === 'triggered') {
      const released = await app.call('halt.release', {
        reason: REASON,
        acknowledge: ['breakers-closed-or-acknowledged', 'no-unknown-orders', 'triggers-clear'],
      })
      if (released.ok && released.value.released) this.acts.releases += 1
      else this.#refused('halt.release', { released, problem: app.lastProblem })
    }
    if (trading.systemHalt) await this.#resume(app, 'halt')
    if (trading.reducing.includes('person')) await this.#resume(app, 'reducing')
  }

  async #resume(app: TestApp, what: 'halt' | 'reducing'): Promise<void> {
    const resumed = await app.call('trading.resume', { what, reason: REASON })
    if (resumed.ok && resumed.value.done) this.acts.resumed += 1
    else this.#refused('trading.resume', resumed)
  }

  #refused(what: string, why: unknown): void {
    const told = `${what}: ${JSON.stringify(why)}`.slice(0, 300)
    this.refusals.set(told, (this.refusals.get(told) ?? 0) + 1)
  }
}
