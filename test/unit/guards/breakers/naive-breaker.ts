import type { BreakerThresholds } from '../../../../src-main/domain/breaker'

/**
 * The rules of product row X4 word for word: keeps everything that ever happened since the last clean start and counts it anew each time.
 * What the real breaker is compared with.
 */
export class NaiveBreaker {
  private outcomes: { readonly atMs: number; readonly failed: boolean }[] = []
  private isOpen = false
  private isIsolated = false
  private halfOpen = false
  private openedAtMs = 0
  private probe: string | null = null

  constructor(private readonly rules: BreakerThresholds) {}

  decide(nowMs: number): 'pass' | 'probe' | 'probe-in-flight' | 'blocked' {
    this.wake(nowMs)
    if (this.isIsolated || this.isOpen) return 'blocked'
    if (!this.halfOpen) return 'pass'
    return this.probe === null ? 'probe' : 'probe-in-flight'
  }

  record(failed: boolean, nowMs: number, orderId: string | null): void {
    this.wake(nowMs)
    if (!this.isIsolated && this.halfOpen && !failed && orderId !== null && orderId === this.probe) {
      this.clean()
      return
    }
    this.outcomes.push({ atMs: nowMs, failed })
    if (this.isIsolated || this.isOpen || !failed) return
    if (this.halfOpen || this.broken(nowMs)) this.openNow(nowMs)
  }

  acquire(orderId: string, nowMs: number): boolean {
    const says = this.decide(nowMs)
    if (says === 'probe') this.probe = orderId
    return says === 'pass' || says === 'probe' || (says === 'probe-in-flight' && this.probe === orderId)
  }

  release(orderId: string): void {
    if (this.probe === orderId) this.probe = null
  }

  isolate(): void {
    this.isIsolated = true
  }

  reset(): void {
    this.clean()
  }

  private broken(nowMs: number): boolean {
    const { failuresInWindow, windowMs, consecutive, ratePct } = this.rules
    const recent = this.outcomes.filter(({ atMs }) => nowMs - atMs <= windowMs)
    const failures = recent.filter(({ failed }) => failed).length
    const lastSuccess = this.outcomes.map(({ failed }) => failed).lastIndexOf(false)
    const row = this.outcomes.length - 1 - lastSuccess
    return (
      failures >= failuresInWindow ||
      (consecutive !== null && row >= consecutive) ||
      (ratePct !== null && recent.length >= 10 && (failures / recent.length) * 100 >= ratePct)
    )
  }

  private wake(nowMs: number): void {
    if (!this.isIsolated && this.isOpen && nowMs - this.openedAtMs >= this.rules.recoveryMs) {
      this.isOpen = false
      this.halfOpen = true
      this.probe = null
    }
  }

  private openNow(nowMs: number): void {
    this.isOpen = true
    this.halfOpen = false
    this.openedAtMs = nowMs
    this.probe = null
  }

  private clean(): void {
    this.outcomes = []
    this.isOpen = false
    this.halfOpen = false
    this.isIsolated = false
    this.probe = null
  }
}
