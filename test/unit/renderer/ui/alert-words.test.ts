import { describe, expect, test } from 'vitest'

import { POST_FAILURES } from '../../../../src-main/alerts/webhook-post'
import { ADMIN_ACTS } from '../../../../src-main/domain/admin-act'
import { ALERT_KINDS } from '../../../../src-main/domain/alert'
import { ALERT_ACT_WORDS } from '../../../../src-renderer/ui/words/alert-acts'
import { ALERT_WORD_KINDS, POST_FAILURE_WORDS, sayAlert } from '../../../../src-renderer/ui/words/alerts'

test('X7: every kind of alert has its words', () => {
  expect([...ALERT_WORD_KINDS].sort()).toEqual([...ALERT_KINDS].sort())
  expect(Object.keys(POST_FAILURE_WORDS).sort()).toEqual([...POST_FAILURES].sort())
})

test('X7: every act that is told of by an alert has its words', () => {
  expect(ADMIN_ACTS.filter((act) => act !== 'release-halt' && !Object.hasOwn(ALERT_ACT_WORDS, act))).toEqual([])
})

describe.each(ALERT_KINDS.map((kind) => [kind] as const))('X7: %s', (kind) => {
  test.each([
    ['without figures', null, {}],
    [
      'with every figure',
      'order-1',
      { code: 'TIMEOUT_ERROR', detail: 'a b', by: 'ada', reason: 'c d', act: 'change-limits', why: 'REFUSED', times: '3' },
    ],
    ['with figures that mean nothing', '', { code: '', detail: '', act: 'no such act', minutesLeft: '' }],
  ] as const)('speaks plainly %s', (_name, subject, figures) => {
    const { what, means, now } = sayAlert({ kind, subject, figures })
    for (const sentence of [what, means, now]) {
      expect(sentence).toMatch(/^[A-Z“][\s\S]*\.$/)
      expect(sentence).not.toMatch(/!|undefined|null|NaN|\(\)|\s\.|: \.|\s\s|[A-Z]{3,}_[A-Z]/)
    }
  })
})

test('X7: a limit that was reached says what the ticket says; a drill, which one and how it ended', () => {
  const figures = { code: 'DAY_LIMIT', usedUsd: '900', valueUsd: '200', limitUsd: '1000' }
  expect(sayAlert({ kind: 'limit-reached', subject: 'DAY_LIMIT', figures }).what).toMatch(/^Limits: too much in one day: .*1.?000/)
  expect(sayAlert({ kind: 'limit-reached', subject: 'x', figures: { code: 'x' } }).what).toBe('An order went beyond a limit.')
  const drill = sayAlert({ kind: 'drill', subject: 'd', figures: { kind: 'venue-outage', result: 'failed', by: 'ada' } })
  expect(drill.what).toBe('A drill (venue outage) failed, begun by ada.')
  expect(sayAlert({ kind: 'trading-halted', subject: null, figures: { reason: 'breakers', breakers: 'trade, network' } }).what).toBe(
    'All trading of this environment was halted (open breakers: trade, network).',
  )
})

test('decision 9: endpoints that contradict each other are both named; a sealed record is called that', () => {
  const figures = { about: 'nonce', first: 'one.example: 3', second: 'two.example: 4' }
  expect(sayAlert({ kind: 'endpoints-disagree', subject: 'main', figures }).what).toBe(
    'Two endpoints of the chain contradict each other about the nonce (one.example: 3; two.example: 4).',
  )
  expect(sayAlert({ kind: 'protection-changed', subject: 'seal-audit', figures: { by: 'ada' } }).what).toBe(
    'Somebody in authority (ada) sealed a broken part of the record.',
  )
})

test('X7: a lost way is named with what it means', () => {
  const lost = (subject: string, why: string) => sayAlert({ kind: 'alert-path-lost', subject, figures: { why, detail: '503' } }).what
  expect(lost('webhook', 'REFUSED')).toBe('The webhook is lost: it does not accept the message (503).')
  expect(lost('webhook', 'SETTINGS_UNREADABLE')).toBe('The webhook is lost: its settings cannot be read (503).')
  expect(lost('desktop', 'NO_NOTIFICATIONS')).toBe('This desktop shows no notifications.')
  expect(lost('another', 'x')).toBe('A way of telling you is lost.')
})

test.each([
  ['off', { waitedSec: '240', bumps: '0' }, /has waited for 4\u00a0min and could not be sped up or canceled: Settings leave that to you\./],
  ['halted', {}, /: trading is halted\./],
  ['bumps-used', { bumps: '3' }, /: it was replaced 3 times already/],
  ['order-ended', {}, /: its order has ended/],
  ['signer-locked', {}, /: its signer is locked\./],
  ['signer-attended', {}, /needs a person at the device\./],
  ['not-sent-yet', {}, /has not been sent yet\./],
  ['busy', {}, /another replacement of it is under way\./],
  ['canceling', {}, /a cancel of it is out already\./],
  ['outcome-unknown', {}, /nobody knows whether it left\./],
  ['budget', {}, /network fees/],
  ['TIMEOUT_ERROR', {}, /No answer came in time\./],
])('X6: an alert about a transaction that is stuck says why: %s', (why, figures, words) => {
  const { what, means } = sayAlert({ kind: 'transaction-stuck', subject: 'order-1', figures: { ...figures, why } })
  expect(`${what} ${means}`).toMatch(words)
})

test('X3: a dropped transaction that was not sent again is told as that, with what refused it', () => {
  const figures = { how: 'rebroadcast', code: 'BREAKER_OPEN', breaker: 'volatility', state: 'isolated' }
  const { what, means } = sayAlert({ kind: 'transaction-stuck', subject: 'order-1', figures })
  expect(what).toBe('A transaction that the chain’s nodes have dropped was not sent again.')
  expect(means).toBe('Volatility breaker is isolated. Whoever has it may still bring it into a block.')
})

test('decision 9: a receipt that one endpoint hides is told in words', () => {
  const first = `one.example: 0x${'ab'.repeat(32)} 122 true 100399`
  const { what } = sayAlert({
    kind: 'endpoints-disagree',
    subject: 'main',
    figures: { about: 'receipt', first, second: 'two.example: none' },
  })
  expect(what).toMatch(/about the receipt \(one\.example: carried out in block 122, 0xab\S+; two\.example: in no block\)\.$/)
})
