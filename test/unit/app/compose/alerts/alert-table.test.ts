import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { beforeEach, describe, expect, test } from 'vitest'

import { AlertFeed } from '../../../../../src-main/app/compose/alerts/alert-feed'
import { ALERT_TABLE, rulesOf, type FedEntry } from '../../../../../src-main/app/compose/alerts/alert-table'
import { CONTINUED_AFTER_BREAK } from '../../../../../src-main/audit/continued'
import { SEGMENT_SEALED } from '../../../../../src-main/audit/seal-record'
import { ALERT_KINDS, ALERTS } from '../../../../../src-main/domain/alert'
import { ORDER_EVENT_TYPES } from '../../../../../src-main/domain/order'

const MAIN = resolve(import.meta.dirname, '../../../../../src-main')
/** Names of the same form that are no types of audit entries. */
const OTHER_NAMES = new Set([
  'IiLl',
  'UnreadableEntry',
  'AuditHead',
  'KeyCheck',
  'VendorFailure',
  'Web3Signer',
  'ChrystokiConfigurationPath',
  'AppData',
])

/** Every text in main that has the form of an audit type: two words or more, each with a capital. Too many rather than too few. */
function namesInMain(): string[] {
  const files = readdirSync(MAIN, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/^alerts|alert-table\.ts$/.test(file),
  )
  const names = files.flatMap((file) =>
    [...readFileSync(join(MAIN, file), 'utf8').matchAll(/'((?:[A-Z][a-z\d]+){2,})'/g)].map(([, name = '']) => name),
  )
  return [...new Set(names)].filter((name) => !OTHER_NAMES.has(name) && !name.endsWith('Error')).sort()
}

test('X7: every type of audit entry that the code can write has a decision: an alert, or routine', () => {
  const names = namesInMain()
  expect(names.length).toBeGreaterThan(60)
  expect(names).toEqual(expect.arrayContaining([...ORDER_EVENT_TYPES, 'KillSwitchTriggered', 'SignatureMismatch', 'BreakerChanged']))
  expect(names.filter((name) => !Object.hasOwn(ALERT_TABLE, name))).toEqual([])
})

test('X7: the guide lists every kind under its severity', () => {
  const guide = readFileSync(resolve(MAIN, '../docs/guide/alerts.md'), 'utf8')
  for (const kind of ALERT_KINDS) expect(guide).toMatch(new RegExp(`^\\| ${ALERTS[kind]} \\|.*\`${kind}\``, 'm'))
})

let feed: AlertFeed
beforeEach(() => {
  feed = new AlertFeed()
})
const entry = (type: string, data: Record<string, string> = {}, more: Partial<FedEntry> = {}): FedEntry => ({
  type,
  severity: 'info',
  actor: 'system',
  subject: null,
  data,
  ...more,
})
const raised = (...given: Parameters<typeof entry>) => feed.alertOf(entry(...given), 0)

describe('X7: from the record to the alert', () => {
  test.each([
    ['KillSwitchTriggered', { source: 'button', reason: 'why', durable: 'true', other: 'x' }, null, 'kill-switch-triggered', null],
    ['KillSwitchReleased', {}, null, 'kill-switch-released', null],
    ['SignatureMismatch', { signer: 's', field: 'to' }, 'order-1', 'signature-mismatch', 'order-1'],
    ['SigningFailed', { signer: 's', code: 'TIMEOUT' }, 'order-1', 'signer-failed', 's'],
    ['OrderOutcomeUnknown', { code: 'TIMEOUT_ERROR' }, 'order-1', 'outcome-unknown', 'order-1'],
    ['AllowanceOutcomeUnknown', { code: 'TIMEOUT_ERROR' }, 'order-1', 'outcome-unknown', 'order-1'],
    ['OrderReorged', { fromBlock: '7' }, 'order-1', 'reorg', 'order-1'],
    ['OrderTimedOut', { phase: 'inclusion' }, 'order-1', 'confirmation-timeout', 'order-1'],
    ['CallForbidden', { call: 'order.confirm', origin: 'x' }, null, 'call-forbidden', 'order.confirm'],
    ['BreakerChanged', { from: 'closed', to: 'open' }, 'signer', 'breaker-opened', 'signer'],
    ['BreakerChanged', { from: 'closed', to: 'isolated' }, 'signer', 'breaker-opened', 'signer'],
    ['BreakerChanged', { from: 'open', to: 'half-open' }, 'signer', 'breaker-half-open', 'signer'],
    ['TradingHalted', { reason: 'breakers', breakers: 'trade, network' }, null, 'trading-halted', null],
    ['TradingReduced', { reason: 'loss-limit' }, null, 'trading-reduced', null],
    ['DrillFinished', { kind: 'halt', result: 'passed' }, 'drill-1', 'drill', 'drill-1'],
    ['OrderDenied', { code: 'DAY_LIMIT', limitUsd: '10' }, 'order-1', 'limit-reached', 'DAY_LIMIT'],
    ['ActAuthorised', { act: 'change-alerts' }, 'webhook', 'protection-changed', 'change-alerts'],
    [SEGMENT_SEALED, { reason: 'a damaged disk' }, null, 'protection-changed', 'seal-audit'],
    [CONTINUED_AFTER_BREAK, { reason: 'a damaged disk' }, null, 'protection-changed', 'seal-audit'],
  ] as const)('%s %j', (type, data, subject, kind, about) => {
    expect(raised(type, data, { subject })).toMatchObject({ kind, subject: about })
  })

  test.each([
    ['BreakerChanged', { from: 'half-open', to: 'closed' }],
    ['SigningFailed', { signer: 's', code: 'LOCKED' }],
    ['SigningFailed', { signer: 's', code: 'REJECTED_BY_USER' }],
    ['ActAuthorised', { act: 'release-halt' }],
    ['OrderFilled', {}],
    ['CommandReceived', { command: 'x' }],
  ] as const)('%s %j is no news', (type, data) => {
    expect(raised(type, data, { severity: 'critical' })).toBe(null)
  })

  test('decision 9: an alert of endpoints that contradict each other says about what, and names both', () => {
    const said = { about: 'nonce', first: 'one.example: 3', second: 'two.example: 4' }
    expect(raised('EndpointsDisagreed', { ...said, raw: '0x' }, { subject: 'main' })).toEqual({
      kind: 'endpoints-disagree',
      subject: 'main',
      figures: said,
    })
  })

  test('only the figures that a sentence needs travel, and who did it unless nobody did', () => {
    expect(raised('KillSwitchTriggered', { source: 'button', secret: 'x' }, { actor: 'ada' })?.figures).toEqual({
      source: 'button',
      by: 'ada',
    })
    expect(raised('OrderReorged', { fromBlock: '7', raw: '0x' })?.figures).toEqual({ fromBlock: '7' })
  })

  test('a recovery key that is refused once is a slip; three times in ten minutes is an alert', () => {
    const tries = [0, 60_000, 120_000].map((atMs) => feed.alertOf(entry('RecoveryKeyRefused', { code: 'WRONG_KEY' }), atMs))
    expect(tries).toEqual([
      null,
      null,
      { kind: 'authentication-failures', subject: 'recovery keys', figures: { code: 'WRONG_KEY', times: '3' } },
    ])
    feed = new AlertFeed()
    const slow = [0, 400_000, 800_000, 1_200_000].map((atMs) => feed.alertOf(entry('RecoveryKeyRefused'), atMs))
    expect(slow).toEqual([null, null, null, null])
  })

  test('three refusals for slippage in a quarter of an hour are an alert, other denials are not', () => {
    const denied = (code: string) => raised('OrderDenied', { code })
    expect([denied('EXCEEDED_LIMIT'), denied('HIGH_VOLATILITY'), denied('EXCEEDED_LIMIT')?.kind]).toEqual([
      null,
      null,
      'slippage-rejections',
    ])
    expect(denied('POLICY_MISSING')).toBe(null)
  })

  test('an order that a limit refuses is told at once with its figures, whatever slippage counts; one limit is one alert', () => {
    const first = feed.alertOf(
      entry('OrderDenied', { code: 'DAY_LIMIT', usedUsd: '9', limitUsd: '10', guard: 'limits' }, { subject: 'order-1' }),
      0,
    )
    expect(first).toEqual({ kind: 'limit-reached', subject: 'DAY_LIMIT', figures: { code: 'DAY_LIMIT', usedUsd: '9', limitUsd: '10' } })
    expect(raised('OrderDenied', { code: 'REPEATED_ORDER' }, { subject: 'order-2' })?.subject).toBe('REPEATED_ORDER')
    expect(raised('OrderDenied', { code: 'LIMIT_VALUE_UNKNOWN' })).toBe(null)
  })

  test('X4: a system-wide halt is critical, as the seed has it; reducing is high', () => {
    expect([ALERTS['trading-halted'], ALERTS['trading-reduced']]).toEqual(['critical', 'high'])
  })

  test('a type that nobody has decided on is told when it is urgent', () => {
    expect(raised('SomethingNew', {}, { severity: 'high' })).toMatchObject({ kind: 'unusual-activity', subject: 'SomethingNew' })
    expect(raised('SomethingNew', {}, { severity: 'medium' })).toBe(null)
    expect(raised('constructor', {}, { severity: 'high' })).toMatchObject({ kind: 'unusual-activity' })
  })

  test('the table names only kinds that there are', () => {
    const kinds = Object.keys(ALERT_TABLE).flatMap((type) =>
      rulesOf({ type, severity: 'info' }).flatMap(({ kind }) => (typeof kind === 'function' ? [] : [kind])),
    )
    expect(kinds.filter((kind) => !ALERT_KINDS.includes(kind))).toEqual([])
  })
})
