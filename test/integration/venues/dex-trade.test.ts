import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { decodeCall } from '../../../src-main/guards/policy/decode-call'
import { lossPct } from '../../../src-main/domain/quote'
import { swapBounds } from '../../../src-main/guards/slippage/swap-bounds'
import { fromUnits } from '../../../src-main/lib/decimal'
import type { DexConnection } from '../../../src-main/venues/dex/connect'
import { startDevnet, type Devnet } from '../../support/devnet'
import {
  LIMIT_PCT,
  allowanceOf,
  balanceOf,
  connect,
  goAhead,
  intentOf,
  must,
  onTheSide,
  populate,
  quoteFor,
  send,
  sideOf,
  sign,
  simulated,
  transactionsOf,
  type OrderDraft,
} from './dex-harness'

let devnet: Devnet
let dex: DexConnection

beforeAll(async () => {
  devnet = await startDevnet()
  dex = await connect(devnet)
})
afterAll(async () => {
  dex.close()
  await devnet.stop()
})

const CASES: OrderDraft[] = (['uniswap-v3', 'uniswap-v2'] as const).flatMap((venue) =>
  ['WETH-USDC', 'WETH-DAI'].flatMap((instrument) => [
    { venue, instrument, side: 'sell', amountUnit: 'base', amount: '1.234567890123456789' },
    { venue, instrument, side: 'sell', amountUnit: 'quote', amount: '2500.5' },
    { venue, instrument, side: 'buy', amountUnit: 'base', amount: '0.75' },
    { venue, instrument, side: 'buy', amountUnit: 'quote', amount: '12345.678901' },
  ]),
)

describe.each(CASES)('$side $amount $amountUnit of $instrument on $venue', (draft) => {
  it('moves exactly what was quoted and simulated, under allowances of exactly that', async () => {
    await onTheSide(devnet, async () => {
      const me = devnet.fundedAddress
      const quote = await quoteFor(dex, draft)
      const { base, quote: counter } = quote.instrument
      const [pay, receive] = draft.side === 'buy' ? [counter, base] : [base, counter]
      const populated = must(await populate(dex, draft, quote, me))
      const txs = transactionsOf(populated)
      expect(populated.steps.map((step) => step.purpose)).toEqual(['approve', 'order'])

      const before = { pay: await balanceOf(devnet, pay.address!, me), receive: await balanceOf(devnet, receive.address!, me) }
      for (const tx of txs) {
        const { outcome, receipt } = await send(devnet, dex, tx)
        expect(outcome.kind).toBe('accepted')
        expect(receipt?.status).toBe(1)
        expect(receipt!.gasUsed).toBeLessThan(tx.gasLimit)
      }
      const paidRaw = before.pay - (await balanceOf(devnet, pay.address!, me))
      const receivedRaw = (await balanceOf(devnet, receive.address!, me)) - before.receive

      // The quote, in the words of the domain: fees are apart, and told in the quote asset.
      const paid = draft.side === 'buy' ? quote.quoteAmount.add(quote.fee) : quote.baseAmount
      const received = draft.side === 'buy' ? quote.baseAmount : quote.quoteAmount.sub(quote.fee)
      expect(fromUnits(paidRaw, pay.decimals).toFixed()).toBe(paid.toFixed())
      expect(fromUnits(receivedRaw, receive.decimals).toFixed()).toBe(received.toFixed())
      expect(quote.expectedPrice.mul(quote.baseAmount).sub(quote.quoteAmount).abs().lt('1e-30')).toBe(true)

      expect(populated.simulation?.ok).toBe(true)
      expect(simulated(populated.simulation, me, pay.address!)).toBe(-paidRaw)
      expect(simulated(populated.simulation, me, receive.address!)).toBe(receivedRaw)

      const [approval, swap] = txs.map(decodeCall)
      if (approval?.kind !== 'approve' || swap?.kind !== 'swap') throw new Error('not an allowance and a swap')
      expect(approval).toMatchObject({ token: pay.address, spender: txs[1]!.to, amountRaw: swap.amountInMaxRaw, unlimited: false })
      expect(swap).toMatchObject({ protocol: draft.venue, tokenIn: pay.address, tokenOut: receive.address, recipient: me })
      expect(await allowanceOf(devnet, pay.address!, me, txs[1]!.to)).toBe(swap.amountInMaxRaw - paidRaw)
      expect(fromUnits(swap.amountOutMinRaw, receive.decimals).toFixed()).toBe(populated.minReceived.toFixed())

      // The slippage guard reads the same numbers from the same words.
      const bounds = swapBounds(intentOf(draft), quote, LIMIT_PCT)
      expect({ exact: swap.exact, raw: swap.exact === 'input' ? swap.amountInMaxRaw : swap.amountOutMinRaw }).toEqual({
        exact: bounds.exact,
        raw: bounds.exactRaw,
      })
      if (swap.exact === 'input') expect(swap.amountOutMinRaw).toBeGreaterThanOrEqual(bounds.boundRaw)
      else expect(swap.amountInMaxRaw).toBeLessThanOrEqual(bounds.boundRaw)

      const hash = (await devnet.provider.getBlock('latest'))!.transactions[0] as `0x${string}`
      const realised = must(await dex.receipts.realised(hash, me, draft.instrument, draft.side))
      expect([realised.paid.toFixed(), realised.received.toFixed()]).toEqual([paid.toFixed(), received.toFixed()])
    })
  })

  it('tells prices in their order: mid, then expected, then the marginal one after the trade', async () => {
    const quote = await quoteFor(dex, draft)
    const losses = [quote.midPrice, quote.expectedPrice, quote.worstPrice].map((price) =>
      lossPct(draft.side, price, quote.midPrice)!.toNumber(),
    )
    expect(losses[0]).toBe(0)
    expect(losses[1]).toBeGreaterThan(0)
    expect(losses[2]).toBeGreaterThan(losses[1]!)
    expect(losses[2]).toBeLessThan(2)
    expect(quote.bestPrice.eq(quote.midPrice)).toBe(true)
    expect(quote.midPrice.toNumber()).toBeGreaterThan(2450)
    expect(quote.midPrice.toNumber()).toBeLessThan(2550)
    expect(quote.fillable.toNumber()).toBe(1)
    expect(quote.usdPerQuote?.toNumber()).toBe(1)
    expect(quote.feeAsset).toBe(quote.instrument.quote.symbol)
    expect(quote.feePct.toNumber()).toBe(draft.venue === 'uniswap-v3' && draft.instrument === 'WETH-DAI' ? 0.05 : 0.3)
    expect(quote.range?.coversMs).toBe(3_600_000)
  })
})

describe('allowances', () => {
  const draft: OrderDraft = { venue: 'uniswap-v2', instrument: 'WETH-USDT', side: 'buy', amountUnit: 'quote', amount: '1000' }

  it('are not asked for again while enough is left', async () => {
    await onTheSide(devnet, async () => {
      const quote = await quoteFor(dex, draft)
      const [approval] = transactionsOf(must(await populate(dex, draft, quote, devnet.fundedAddress)))
      expect((await send(devnet, dex, approval!)).receipt?.status).toBe(1)
      const again = must(await populate(dex, draft, quote, devnet.fundedAddress))
      expect(again.steps.map((step) => step.purpose)).toEqual(['order'])
      expect(again.simulation?.ok).toBe(true)
    })
  })

  it('are taken back first where the token insists on it, and changed at once where it does not', async () => {
    await onTheSide(devnet, async () => {
      const quote = await quoteFor(dex, draft)
      const [approval] = transactionsOf(must(await populate(dex, draft, quote, devnet.fundedAddress)))
      await send(devnet, dex, approval!)
      const more: OrderDraft = { ...draft, amount: '2000' }
      const strict = must(await populate(dex, more, await quoteFor(dex, more), devnet.fundedAddress))
      expect(strict.steps.map((step) => step.purpose)).toEqual(['approve', 'approve', 'order'])
      expect(
        transactionsOf(strict)
          .slice(0, 2)
          .map((tx) => decodeCall(tx)),
      ).toMatchObject([{ amountRaw: 0n }, { amountRaw: 2_000_000_000n }])
      for (const tx of transactionsOf(strict)) expect((await send(devnet, dex, tx)).receipt?.status).toBe(1)

      const easy: OrderDraft = { ...draft, instrument: 'WETH-USDC' }
      await send(devnet, dex, transactionsOf(must(await populate(dex, easy, await quoteFor(dex, easy), devnet.fundedAddress)))[0]!)
      const moreEasy: OrderDraft = { ...easy, amount: '2000' }
      const changed = must(await populate(dex, moreEasy, await quoteFor(dex, moreEasy), devnet.fundedAddress))
      expect(changed.steps.map((step) => step.purpose)).toEqual(['approve', 'order'])
      expect(changed.simulation?.ok).toBe(true)
    })
  })
})

describe('a plan', () => {
  const draft: OrderDraft = { venue: 'uniswap-v3', instrument: 'WETH-USDC', side: 'sell', amountUnit: 'base', amount: '2' }

  it('numbers its transactions by the lowest nonces that are free, and passes over what waits at the node from elsewhere', async () => {
    await onTheSide(devnet, async () => {
      const quote = await quoteFor(dex, draft)
      const mined = must(await dex.chain.transactionCount(devnet.fundedAddress))
      const plain = must(await populate(dex, draft, quote, devnet.fundedAddress))
      expect(transactionsOf(plain).map((tx) => tx.nonce)).toEqual([mined, mined + 1])
      const floored = must(await populate(dex, draft, quote, devnet.fundedAddress, { held: [mined, mined + 2], refused: [] }))
      expect(transactionsOf(floored).map((tx) => tx.nonce)).toEqual([mined + 1, mined + 3])
      expect(floored.simulation?.ok).toBe(true)
      const foreign = { ...transactionsOf(plain)[0]!, to: devnet.fundedAddress, data: '0x' as const }
      await dex.placer.place(await sign(devnet.fundedKey, foreign), goAhead)
      const behind = must(await populate(dex, draft, quote, devnet.fundedAddress))
      expect(transactionsOf(behind).map((tx) => tx.nonce)).toEqual([mined + 1, mined + 2])
      // What a node refused, and holds nonetheless, is competed with instead.
      const refused = { held: [], refused: [{ nonce: mined, hash: `0x${'ab'.repeat(32)}` as const }] }
      const again = must(await populate(dex, draft, quote, devnet.fundedAddress, refused))
      expect(transactionsOf(again).map((tx) => tx.nonce)).toEqual([mined, mined + 1])
      // And it is another transaction, whatever second it is planned in.
      const deadlineOf = (planned: typeof again) => {
        const call = decodeCall(transactionsOf(planned).at(-1)!)
        return call.kind === 'swap' ? call.deadlineSec : 0
      }
      expect(deadlineOf(again)).toBeGreaterThan(deadlineOf(plain))
    })
  })

  it('says what gas costs at most, and values it', async () => {
    const populated = must(await populate(dex, draft, await quoteFor(dex, draft), devnet.fundedAddress))
    const txs = transactionsOf(populated)
    const fee = populated.networkFee!
    expect(fee.gasLimit).toBe(txs.reduce((sum, tx) => sum + tx.gasLimit, 0n))
    expect(fee.maxWei).toBe(txs.reduce((sum, tx) => sum + tx.gasLimit * tx.maxFeePerGasWei, 0n))
    expect(fee.expectedWei).toBeLessThan(fee.maxWei)
    expect(fee.expectedUsd?.div(fromUnits(fee.expectedWei, 18)).toNumber()).toBeCloseTo(2500, -2)
    for (const tx of txs) expect(tx).toMatchObject({ chainId: 31337, from: devnet.fundedAddress, valueWei: 0n })
  })

  it('expires five minutes after the later of our clock and the chain’s', async () => {
    const populated = must(await populate(dex, draft, await quoteFor(dex, draft), devnet.fundedAddress))
    const call = decodeCall(transactionsOf(populated)[1]!)
    const chainSec = (await devnet.provider.getBlock('latest'))!.timestamp
    if (call.kind !== 'swap') throw new Error('not a swap')
    expect(call.deadlineSec).toBeGreaterThanOrEqual(chainSec + 300)
    expect(call.deadlineSec).toBeLessThanOrEqual(Math.max(chainSec, Date.now() / 1000) + 301)
  })

  it('tells the pool’s loss besides ours, and nobody else’s', async () => {
    const populated = must(await populate(dex, draft, await quoteFor(dex, draft), devnet.fundedAddress))
    const others = populated.simulation!.changes.filter((change) => change.account !== devnet.fundedAddress)
    expect(others).toHaveLength(1)
    expect(others[0]).toMatchObject({ asset: 'USDC', decimals: 6 })
    expect(others[0]!.deltaRaw).toBe(-simulated(populated.simulation, devnet.fundedAddress, devnet.addresses.usdc))
  })
})

describe('what a pool cannot do', () => {
  it.each(['uniswap-v3', 'uniswap-v2'] as const)('%s says that nothing of an order larger than the pool can be filled', async (venue) => {
    const reader = sideOf(dex, venue).reader
    const orders = [
      ['buy', 'base', '100000'],
      ['sell', 'quote', '900000000'],
      // V2 takes any input, for less and less; V3 ends where its liquidity does.
      ...(venue === 'uniswap-v3'
        ? ([
            ['sell', 'base', '1000000'],
            ['buy', 'quote', '900000000'],
          ] as const)
        : []),
    ] as const
    for (const [side, amountUnit, amount] of orders) {
      const quote = must(
        await reader.quote({
          instrument: 'WETH-USDC',
          side,
          amountUnit,
          amount: intentOf({ venue, instrument: '', side, amountUnit, amount }).amount,
          limitPrice: null,
        }),
      )
      expect([side, quote.fillable.toNumber(), quote.worstPrice.eq(quote.midPrice)]).toEqual([side, 0, true])
    }
  })

  it('refuses limits, unknown instruments, fractions of the smallest unit and dust', async () => {
    const ask = async (over: object) => {
      const request = {
        instrument: 'WETH-USDC',
        side: 'sell' as const,
        amountUnit: 'base' as const,
        amount: fromUnits(1n, 0),
        limitPrice: null,
      }
      const result = await dex.v3.reader.quote({ ...request, ...over })
      return result.ok ? 'ok' : result.error.code
    }
    expect(await ask({ limitPrice: fromUnits(2500n, 0) })).toBe('UNSUPPORTED')
    expect(await ask({ instrument: 'WETH-USDT' })).toBe('NOT_FOUND')
    expect(await ask({ amount: fromUnits(1n, 19) })).toBe('INVALID_INSTRUCTION')
    expect(await ask({ amountUnit: 'quote', amount: fromUnits(12345678n, 7) })).toBe('INVALID_INSTRUCTION')
    expect(await ask({ amount: fromUnits(1n, 5) })).toBe('INVALID_INSTRUCTION')
    expect(await ask({ amount: fromUnits(0n, 0) })).toBe('INVALID_INSTRUCTION')
    expect(await ask({ amount: fromUnits(-1n, 0) })).toBe('INVALID_INSTRUCTION')
    expect(await ask({ amount: fromUnits(10n ** 40n, 0) })).toBe('INVALID_INSTRUCTION')
    expect(await ask({ side: 'buy', amountUnit: 'quote', amount: fromUnits(1n, 6) })).not.toBe('BAD_ANSWER')
  })
})
