import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { SecureTask } from '../../../src-preload/contract/secure'
import { launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../../support/app/launch'

let app: TestApp
beforeEach(async () => {
  app = await launchApp({ vault: memoryVault() })
  await setUp(app)
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

/** The person shows a key, or closes the window. */
const answers = (yes: boolean, meanwhile: () => Promise<unknown> = () => Promise.resolve()): SecureTask[] => {
  const asked: SecureTask[] = []
  const key = new TextEncoder().encode(app.recoveryKeys[0])
  app.answer = (task) => {
    asked.push(task)
    void meanwhile()
    return yes && task.kind === 'authorise' ? { kind: task.kind, id: task.id, recoveryKeys: [key.slice()] } : null
  }
  return asked
}
const changed = async () => {
  const filter = { sinceMs: null, untilMs: null, categories: [], severities: [], type: 'SettingsChanged', text: null }
  return (await app.must('audit.page', { filter, offset: 0, limit: 50 })).rows.length
}

describe('P7: settings', () => {
  test('what a page loosens is asked for in the main-owned window with before and after, and is not done without it', async () => {
    const [before, entries] = [await app.must('settings.get', {}), await changed()]
    const asked = answers(false)
    const looser = {
      maxVolatilityPct: '100',
      maxQuoteAgeSec: 300,
      unlockMinutes: 480,
      riskProfile: 'aggressive',
      stuckAction: 'speed-up',
    } as const
    for (const change of [looser, ...Object.entries(looser).map(([key, value]) => ({ [key]: value }))])
      expect(await app.must('settings.update', change), JSON.stringify(change)).toEqual({ done: false, settings: before })
    expect(asked).toHaveLength(6)
    expect(asked[0]).toMatchObject({
      kind: 'authorise',
      act: 'change-limits',
      changes: [
        { before: 'moderate', after: 'aggressive' },
        { before: '15', after: '480' },
        { before: '30', after: '300' },
        { before: '50', after: '100' },
        { before: 'off', after: 'speed-up' },
      ],
    })
    expect([await app.must('settings.get', {}), await changed()]).toEqual([before, entries])
  })

  test('allowed, all of it counts', async () => {
    answers(true)
    expect(await app.must('settings.update', { maxQuoteAgeSec: 60, unlockMinutes: 5 })).toMatchObject({
      done: true,
      settings: { maxQuoteAgeSec: 60, unlockMinutes: 5 },
    })
    expect(await app.must('settings.get', {})).toMatchObject({ maxQuoteAgeSec: 60, unlockMinutes: 5 })
  })

  test('what is tighter counts at once, and colours are nobody’s business', async () => {
    const asked = answers(false)
    expect(await app.must('settings.update', { maxQuoteAgeSec: 10, colourScheme: 'light' })).toMatchObject({
      done: true,
      settings: { maxQuoteAgeSec: 10, colourScheme: 'light' },
    })
    expect(asked).toEqual([])
    // As the screen sends them: all, one of them looser.
    const all = { ...(await app.must('settings.get', {})), unlockMinutes: 60, colourScheme: 'dark' } as const
    expect(await app.must('settings.update', all)).toMatchObject({ done: false, settings: { unlockMinutes: 15, colourScheme: 'dark' } })
    expect(asked).toHaveLength(1)
  })

  test('what was allowed is not done on top of what was changed meanwhile', async () => {
    const asked = answers(true, () => app.call('settings.update', { maxQuoteAgeSec: 5 }))
    expect(await app.must('settings.update', { maxQuoteAgeSec: 60 })).toMatchObject({ done: false, settings: { maxQuoteAgeSec: 5 } })
    expect([asked.length, app.lastProblem?.code]).toEqual([1, 'CHECK_BLOCKED'])
  })
})
