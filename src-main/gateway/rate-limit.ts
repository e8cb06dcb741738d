/** Counts requests in a sliding minute, per caller; callers that were quiet for a minute are forgotten. */
export class RateLimit {
  private readonly seen = new Map<string, number[]>()

  constructor(
    private readonly perMinute: number,
    private readonly nowMs: () => number,
  ) {}

  /** Whether one more is too many; counts it when it is not. */
  exceeds(caller: string): boolean {
    const since = this.nowMs() - 60_000
    for (const [known, times] of this.seen) if ((times.at(-1) ?? 0) <= since) this.seen.delete(known)
    const times = (this.seen.get(caller) ?? []).filter((atMs) => atMs > since)
    this.seen.set(caller, times)
    if (times.length >= this.perMinute) return true
    times.push(this.nowMs())
    return false
  }
}
