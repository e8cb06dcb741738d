import type { Page } from '@playwright/test'

/** How many orders reached their exchange after a moment, wall ms: by the audit log, which has an entry for each. */
export function leftAfter(page: Page, afterMs: number): Promise<number> {
  return page.evaluate(async (moment) => {
    type Call = (name: string, input: unknown) => Promise<{ ok: boolean; value: { rows: { atMs: number }[] } }>
    const { call } = (globalThis as unknown as { holdfast: { call: Call } }).holdfast
    let left = 0
    for (const type of ['OrderAccepted', 'OrderSubmitted', 'OrderOutcomeUnknown']) {
      const filter = { sinceMs: moment, untilMs: null, categories: [], severities: [], type, text: null }
      const page = await call('audit.page', { filter, offset: 0, limit: 500 })
      if (!page.ok) throw new Error('the audit log could not be read')
      left += page.value.rows.filter(({ atMs }) => atMs > moment).length
    }
    return left
  }, afterMs)
}
