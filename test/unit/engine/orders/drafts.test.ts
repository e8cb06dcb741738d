import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { failure } from '../../../../src-main/domain/codes'
import { GUARD_IDS } from '../../../../src-main/domain/guard'
import { parseDraft, type OrderDraft } from '../../../../src-main/engine/orders/parse-draft'
import { decimal } from '../../../../src-main/lib/decimal'
import { USDC } from '../../../support/app/bench-chain'
import { engineBench, SWAP, TRIGGERED, type EngineBench } from '../../../support/app/engine-bench'
import { simulationOf } from '../../../support/app/fake-chain-venue'

const parse = (draft: Partial<OrderDraft>) => parseDraft({ ...SWAP, ...draft }, 'testnet', 'person')
const HOSTILE = [
  '',
  ' ',
  '0',
  '-0',
  '-1',
  '0x10',
  '1e3',
  '1E3',
  '+1',
  '.5',
  '5.',
  '00',
  '01',
  '1,5',
  '1_000',
  'NaN',
  'Infinity',
  '١',
  '1\n2',
  '1 2',
  '½',
  'null',
  '9'.repeat(40),
  `0.${'0'.repeat(37)}1`,
  '{}',
  '1;',
  '１',
]

describe('B10: reading a draft', () => {
  test.for(HOSTILE)('the amount %j is refused', (amount) => {
    expect(parse({ amount })).toEqual({
      ok: false,
      error: { code: 'INVALID_INTENT', figures: { field: 'amount', value: amount.slice(0, 80) } },
    })
  })

  test.for([...HOSTILE, null])('the limit %j is refused', (limitPrice) => {
    expect(parse({ type: 'limit', limitPrice })).toMatchObject({
      ok: false,
      error: { code: 'INVALID_INTENT', figures: { field: 'limitPrice' } },
    })
  })

  test.for(['1', '2500', '0.5', 'NaN', ''])('a market order that names the limit %j contradicts itself', (limitPrice) => {
    expect(parse({ limitPrice })).toMatchObject({ ok: false, error: { code: 'INVALID_INTENT', figures: { field: 'limitPrice' } } })
  })

  test('a plain positive decimal is read exactly, and a market order never rests', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 38n }), fc.integer({ min: 0, max: 36 }), (units, digits) => {
        const text = decimal(units).div(decimal(10).pow(digits)).toFixed()
        fc.pre(/^\d{1,39}(\.\d{1,36})?$/.test(text))
        const read = parse({ amount: text, timeInForce: 'gtc' })
        expect(read.ok && [read.value.amount.toFixed(), read.value.timeInForce]).toEqual([text, 'ioc'])
      }),
    )
  })

  test('no text at all is read as anything but itself', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+]?[0-9.eExX_, ]{1,20}$/)), (text) => {
        const read = parse({ amount: text })
        if (!read.ok) return
        expect(text.trim()).toMatch(/^\d+(?:\.\d+)?$/)
        expect(read.value.amount.eq(text.trim())).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('D7: what a person is told before anything is signed off', () => {
  let bench: EngineBench
  beforeEach(() => {
    bench = engineBench()
  })
  afterEach(() => {
    bench.close()
  })
  const preview = async (draft: Partial<OrderDraft> = {}) => {
    const drafted = await bench.engine.desk.preview({ ...SWAP, ...draft })
    if (!drafted.ok) throw new Error(drafted.error.code)
    return drafted.value
  }

  test('a preview holds every guard’s verdict, in their order, and leaves no trace', async () => {
    const { verdicts, obstacle, plan } = await preview()
    expect(verdicts.map(({ guard }) => guard)).toEqual(GUARD_IDS)
    expect([obstacle, plan === null]).toEqual([null, false])
    expect([bench.auditTypes(), bench.engine.journal.list('all', 10, null)]).toEqual([[], []])
  })

  test('with an allowance, a guard that denies either step denies the whole', async () => {
    bench.venue.needsAllowance = true
    bench.venue.changeSteps = (steps) =>
      steps.map((step) => (step.kind === 'evm-tx' && step.purpose === 'order' ? { ...step, tx: { ...step.tx, to: USDC } } : step))
    const { verdicts } = await preview()
    expect(verdicts.filter(({ outcome }) => outcome === 'deny').map(({ guard }) => guard)).toEqual(['policy'])
    await expect(bench.prepare()).rejects.toThrow('TO_NOT_ALLOWED')
  })

  test('what bars the way is said together with every guard that would', async () => {
    bench.gate.snapshot = TRIGGERED
    bench.venue.quoteFailure = failure('NETWORK_ERROR', 'gone')
    const { obstacle, verdicts, plan } = await preview()
    expect([obstacle?.code, plan]).toEqual(['NETWORK_ERROR', null])
    expect(verdicts.filter(({ outcome }) => outcome === 'deny').map(({ guard }) => guard)).toEqual([
      'kill-switch',
      'limits',
      'slippage',
      'policy',
    ])
  })

  test.for([
    ['a venue that is not connected', { venue: 'uniswap-v2' }, 'QUOTE_UNAVAILABLE'],
    ['an account that nobody knows', { account: 'nobody' }, 'SIGNER_UNAVAILABLE'],
    ['an account without a key, on a chain', { account: 'paper-main' }, 'SIGNER_UNAVAILABLE'],
  ] as const)('%s', async ([, draft, code]) => {
    expect((await preview(draft)).obstacle?.code).toBe(code)
    await expect(bench.prepare(draft)).rejects.toThrow(code)
  })

  test('B9: an unknown USD value fits no limit, and is refused by the policy too where it wants to know it', async () => {
    bench.venue.usdPerQuote = null
    const { verdicts } = await preview()
    expect(verdicts.flatMap((verdict) => (verdict.outcome === 'deny' ? [verdict.denial.code] : []))).toEqual([
      'LIMIT_VALUE_UNKNOWN',
      'NOTIONAL_UNKNOWN',
    ])
    await expect(bench.prepare()).rejects.toThrow('LIMIT_VALUE_UNKNOWN')
  })

  test('a denied attempt is on record with what was fetched to decide by, and is not kept', async () => {
    bench.venue.slippagePct = decimal(3)
    await expect(bench.prepare()).rejects.toThrow('EXCEEDED_LIMIT')
    expect(bench.auditTypes()).toEqual(['PlanPrepared', 'OrderInitialized', 'OrderDenied'])
    expect(bench.engine.journal.list('all', 10, null)).toMatchObject([{ state: 'denied', progress: { why: { code: 'EXCEEDED_LIMIT' } } }])
  })

  test('X6: what was fetched cannot be recorded: no plan is made', async () => {
    bench.close()
    bench = engineBench({
      ports: (ports) => ({
        ...ports,
        audit: {
          append: () => {
            throw new Error('the disk is full')
          },
          anchorNow: () => undefined,
        },
      }),
    })
    await expect(bench.prepare()).rejects.toThrow('AUDIT_UNAVAILABLE')
  })
})

describe('B1: the simulation is compared with what was asked', () => {
  let bench: EngineBench
  beforeEach(() => {
    bench = engineBench()
  })
  afterEach(() => {
    bench.close()
  })
  const honest = async () => {
    const drafted = await bench.engine.desk.preview(SWAP)
    if (!drafted.ok || drafted.value.plan === null) throw new Error('no plan')
    return simulationOf(drafted.value.plan.intent, drafted.value.plan.quote)
  }

  test('none, a revert, too little received, too much paid, or another token lost: refused', async () => {
    const right = await honest()
    const [paid, got] = right.changes as [(typeof right.changes)[0], (typeof right.changes)[0]]
    const cases: readonly (readonly [EngineBench['venue']['simulation'], string])[] = [
      [null, 'SIMULATION_FAILED'],
      [{ ...right, ok: false, revertReason: 'STF', changes: [] }, 'SIMULATION_FAILED'],
      [{ ...right, changes: [] }, 'SIMULATION_UNEXPECTED'],
      [{ ...right, changes: [paid, { ...got, deltaRaw: (got.deltaRaw * 98n) / 100n }] }, 'SIMULATION_UNEXPECTED'],
      [{ ...right, changes: [{ ...paid, deltaRaw: paid.deltaRaw - 1n }, got] }, 'SIMULATION_UNEXPECTED'],
      [{ ...right, changes: [paid, { ...got, account: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' }] }, 'SIMULATION_UNEXPECTED'],
      [
        { ...right, changes: [paid, got, { ...got, asset: 'DAI', token: '0x6B175474E89094C44Da98b954EedeAC495271d0F', deltaRaw: -1n }] },
        'SIMULATION_UNEXPECTED',
      ],
    ]
    for (const [simulation, code] of cases) {
      bench.venue.simulation = simulation
      await expect(bench.prepare()).rejects.toThrow(code)
    }
    expect(bench.signer.asked).toEqual([])
    bench.venue.simulation = right
    await bench.prepare()
  })
})
