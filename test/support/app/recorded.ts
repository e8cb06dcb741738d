import type { TestApp } from './launch'

/** What is on record of a type, newest first, at most a hundred. */
export async function recorded(app: TestApp, type: string) {
  const { rows } = await app.must('audit.page', {
    filter: { sinceMs: null, untilMs: null, categories: [], severities: [], type, text: null },
    offset: 0,
    limit: 100,
  })
  return Promise.all(
    rows.map(async ({ seq, actor, subject, severity }) => {
      const { dataJson } = await app.must('audit.entry', { seq })
      return { actor, subject, severity, data: JSON.parse(dataJson) as Record<string, unknown> }
    }),
  )
}
