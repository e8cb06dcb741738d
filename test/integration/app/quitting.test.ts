import { writeFileSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type * as OpenPaper from '../../../src-main/app/compose/open-paper'
import type { OutNow } from '../../../src-main/app/quitting'
import { PAPER_SELL } from '../../support/app/drafts'
import { armedDataDir, launchApp, memoryVault, removeDataDir, type TestApp } from '../../support/app/launch'
import { papers } from '../../support/app/opened-papers'

vi.mock('../../../src-main/app/compose/open-paper', async (original) =>
  (await import('../../support/app/opened-papers')).notingPapers(await original<typeof OpenPaper>()),
)

const RESTING = { ...PAPER_SELL, type: 'limit', timeInForce: 'gtc', amount: '0.01', limitPrice: '9000.00' } as const

const vault = memoryVault()
let app: TestApp
let asked: OutNow[]
beforeEach(async () => {
  app = await launchApp({ dataDir: armedDataDir(), vault })
  asked = []
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

async function rest(): Promise<string> {
  const plan = await app.must('order.prepare', RESTING)
  const working = app.heard('order.changed', ({ orderId, state }) => orderId === plan.orderId && state === 'working')
  await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  return (await working).orderId
}
const stateOf = async (orderId: string) => (await app.must('order.detail', { orderId })).summary.state
const answer = (choice: 'leave' | 'cancel' | 'stay') => {
  app.quitChoice = (out) => {
    asked.push(out)
    return choice
  }
}

describe('B12: quitting', () => {
  test('with nothing out asks nothing', async () => {
    answer('stay')
    expect([await app.holdfast.mayQuit(), asked]).toEqual([true, []])
  })

  test('with an order resting asks, and stays, leaves or cancels as the person says', async () => {
    const orderId = await rest()
    answer('stay')
    expect([await app.holdfast.mayQuit(), await stateOf(orderId)]).toEqual([false, 'working'])
    answer('leave')
    expect([await app.holdfast.mayQuit(), await stateOf(orderId)]).toEqual([true, 'working'])
    answer('cancel')
    expect([await app.holdfast.mayQuit(), await stateOf(orderId)]).toEqual([true, 'canceled'])
    expect(asked).toEqual(Array.from({ length: 3 }, () => ({ resting: 1, onChain: 0, notCanceled: 0 })))
  })

  test('what could not be canceled is asked about again, with how many; the app does not end over it', async () => {
    const orderId = await rest()
    papers.at(-1)!.faults.inject({ kind: 'disconnect' })
    const choices = ['cancel', 'stay'] as const
    app.quitChoice = (out) => choices[asked.push(out) - 1]!
    expect(await app.holdfast.mayQuit()).toBe(false)
    expect(asked).toEqual([
      { resting: 1, onChain: 0, notCanceled: 0 },
      { resting: 1, onChain: 0, notCanceled: 1 },
    ])
    papers.at(-1)!.faults.clear()
    answer('cancel')
    expect([await app.holdfast.mayQuit(), await stateOf(orderId)]).toEqual([true, 'canceled'])
  })

  test('an order that was left is followed on at the next start', async () => {
    const orderId = await rest()
    await app.stop()
    app = await launchApp({ dataDir: app.dataDir, vault })
    expect(await stateOf(orderId)).toBe('working')
  })
})

describe('B5 B12: another environment', () => {
  const switchTo = (environment: 'paper' | 'testnet') => app.call('environment.switch', { environment })
  const openNow = async () => (await app.must('app.status', {})).environment
  const recorded = async (type: string) => {
    const filter = { sinceMs: null, untilMs: null, categories: [], severities: [], type, text: null }
    return (await app.must('audit.page', { filter, offset: 0, limit: 10 })).rows.map(({ actor }) => actor)
  }

  test('with nothing out it is opened at once, and who closed the one before is on record', async () => {
    answer('stay')
    expect([(await switchTo('testnet')).ok, (await switchTo('paper')).ok, asked]).toEqual([true, true, []])
    expect(await recorded('EnvironmentClosed')).toEqual(['operator'])
  })

  test('with an order out main asks first, as on quitting: it stays, is left, or is canceled', async () => {
    const orderId = await rest()
    const leavings: string[] = []
    app.quitChoice = (out, leaving) => {
      leavings.push(leaving)
      asked.push(out)
      return 'stay'
    }
    expect(await switchTo('testnet')).toMatchObject({ ok: false, problem: { code: 'CANCELED_BY_USER' } })
    expect([await openNow(), await stateOf(orderId), leavings]).toEqual(['paper', 'working', ['environment']])
    answer('leave')
    expect([(await switchTo('testnet')).ok, await openNow()]).toEqual([true, 'testnet'])
    expect([(await switchTo('paper')).ok, await stateOf(orderId)]).toEqual([true, 'working'])
    expect(await recorded('QuitAsked')).toEqual(['operator', 'operator'])
    answer('cancel')
    expect([(await switchTo('testnet')).ok, (await app.must('app.status', {})).leftElsewhere]).toEqual([true, []])
    expect(asked).toEqual(Array.from({ length: 3 }, () => ({ resting: 1, onChain: 0, notCanceled: 0 })))
  })

  test('a page asks once at a time', async () => {
    await rest()
    let choose: (choice: 'stay') => void = () => undefined
    app.quitChoice = (out) => {
      asked.push(out)
      return new Promise((resolve) => {
        choose = resolve
      })
    }
    const first = switchTo('testnet')
    await expect.poll(() => asked.length).toBe(1)
    expect(await switchTo('testnet')).toMatchObject({ ok: false, problem: { code: 'BUSY' } })
    choose('stay')
    expect([(await first).ok, asked.length, await openNow()]).toEqual([false, 1, 'paper'])
  })
})

describe('B12: sleeping', () => {
  test('is on record, and a kill file that was laid meanwhile counts at once', async () => {
    app.holdfast.suspended()
    app.holdfast.resumed()
    expect((await app.must('app.status', {})).killSwitch.state).toBe('armed')
    const filter = { sinceMs: null, untilMs: null, categories: [], severities: [], type: null, text: null }
    const { rows } = await app.must('audit.page', { filter, offset: 0, limit: 10 })
    expect(rows.map(({ type }) => type)).toEqual(expect.arrayContaining(['SystemSuspended', 'SystemResumed']))
    app.holdfast.suspended()
    writeFileSync(`${app.dataDir}/kill`, 'while asleep', { mode: 0o600 })
    app.holdfast.resumed()
    expect((await app.must('app.status', {})).killSwitch.state).toBe('triggered')
  })
})
