import { BREAKER_IDS, type BreakerId } from '../../../../src-main/domain/breaker'
import type { DecodedCall, UnsignedTx } from '../../../../src-main/domain/evm'
import type { Instrument } from '../../../../src-main/domain/instrument'
import type { OrderIntent } from '../../../../src-main/domain/intent'
import type { KillSwitchSnapshot } from '../../../../src-main/domain/kill-switch'
import type { VenueOrderRequest } from '../../../../src-main/domain/plan'
import type { Quote } from '../../../../src-main/domain/quote'
import { TRADING_ACTIVE } from '../../../../src-main/domain/trading-state'
import type { BreakerView, GuardInput } from '../../../../src-main/guards/guard'
import type { ExposureLimits, LimitFacts, LimitUsage } from '../../../../src-main/guards/limits/facts'
import { defaultPolicy, policyForChain } from '../../../../src-main/guards/policy/make-policy'
import type { Policy } from '../../../../src-main/guards/policy/policy'
import { DEFAULT_SLIPPAGE_SETTINGS } from '../../../../src-main/guards/slippage/settings'
import { decimal } from '../../../../src-main/lib/decimal'
import { ERC20, V3_ROUTER, encode } from './routers'

export const NOW_MS = 1_700_000_000_000

export const SIGNER = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
export const STRANGER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
export const ROUTER = '0xE592427A0AEce92De3Edee1F18E0157C05861564'
export const ROUTER_V2 = '0x7a250d5630B4cF539739dF2C5dAcb4c659F2488D'
export const WETH = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2'
export const USDC = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'
export const DAI = '0x6B175474E89094C44Da98b954EedeAC495271d0F'

const PAPER_ETH: Instrument = {
  symbol: 'ETH-USD',
  venue: 'paper',
  base: { symbol: 'ETH', decimals: 8, address: null },
  quote: { symbol: 'USD', decimals: 8, address: null },
  priceDigits: 2,
  amountDigits: 4,
  minAmountBase: '0.001',
  orderTypes: ['market', 'limit'],
}

export const CHAIN_ETH: Instrument = {
  symbol: 'WETH-USDC',
  venue: 'uniswap-v3',
  base: { symbol: 'WETH', decimals: 18, address: WETH },
  quote: { symbol: 'USDC', decimals: 6, address: USDC },
  priceDigits: 2,
  amountDigits: 18,
  minAmountBase: '0.000001',
  orderTypes: ['market', 'limit'],
}

export const ARMED: KillSwitchSnapshot = { state: 'armed', sinceMs: null, source: null, by: null, reason: null, scope: null }

/** Seven closed breakers, with some of them as given. */
export function breakers(changed: Partial<Record<BreakerId, Partial<BreakerView>>> = {}): GuardInput['breakers'] {
  const view = (id: BreakerId): BreakerView => ({ id, state: 'closed', halfOpenAtMs: null, probeOrderId: null, ...changed[id] })
  return Object.fromEntries(BREAKER_IDS.map((id) => [id, view(id)])) as Record<BreakerId, BreakerView>
}

/** Sells 1 ETH at market. */
export function intentOf(changed: Partial<OrderIntent> = {}): OrderIntent {
  return {
    environment: 'paper',
    venue: 'paper',
    instrument: PAPER_ETH.symbol,
    side: 'sell',
    type: 'market',
    timeInForce: 'ioc',
    amount: decimal('1'),
    amountUnit: 'base',
    limitPrice: null,
    riskProfile: 'moderate',
    account: 'paper',
    source: 'person',
    ...changed,
  }
}

/** Mid 2000, expected 1990 for a sale: half a percent of slippage. */
export function quoteOf(changed: Partial<Quote> = {}): Quote {
  return {
    quoteId: 'quote-1',
    instrument: PAPER_ETH,
    side: 'sell',
    baseAmount: decimal('1'),
    quoteAmount: decimal('1990'),
    midPrice: decimal('2000'),
    bestPrice: decimal('1999'),
    expectedPrice: decimal('1990'),
    worstPrice: decimal('1985'),
    fillable: decimal('1'),
    depthLevelsWalked: 3,
    fee: decimal('3.98'),
    feeAsset: 'USD',
    feePct: decimal('0.2'),
    range: { low: decimal('1900'), high: decimal('2050'), coversMs: 3_600_000 },
    usdPerQuote: decimal('1'),
    quotedAtMs: NOW_MS - 1_000,
    ...changed,
  }
}

/** What the paper venue is asked for {@link intentOf}: a collar of one percent. */
export function requestOf(changed: Partial<VenueOrderRequest> = {}): VenueOrderRequest {
  return {
    clientOrderId: 'order-1',
    instrument: PAPER_ETH.symbol,
    side: 'sell',
    type: 'market',
    timeInForce: 'ioc',
    baseAmount: decimal('1'),
    limitPrice: decimal('1980'),
    ...changed,
  }
}

/** Room for everything, with some of the limits and of what is used as given. */
export function limitFacts(limits: Partial<ExposureLimits> = {}, usage: Partial<LimitUsage> = {}): LimitFacts {
  return {
    kind: 'known',
    limits: {
      maxOrderUsd: decimal('100000'),
      maxAssetDayUsd: decimal('500000'),
      maxDayUsd: decimal('1000000'),
      maxOrdersPerSecond: 2,
      maxOrdersPerMinute: 20,
      maxOpenOrders: 10,
      repeatCount: 3,
      repeatWindowMs: 600_000,
      ...limits,
    },
    usage: {
      assetDayUsd: decimal('12345.67'),
      dayUsd: decimal('23456.78'),
      ordersLastSecond: 0,
      ordersLastMinute: 3,
      openOrders: 2,
      repeats: 0,
      throttled: false,
      ...usage,
    },
  }
}

/** An order on paper that every guard lets through. */
export function paperInput(changed: Partial<GuardInput> = {}): GuardInput {
  return {
    orderId: 'order-1',
    purpose: 'order',
    intent: intentOf(),
    killSwitch: ARMED,
    trading: TRADING_ACTIVE,
    breakers: breakers(),
    limits: limitFacts(),
    quote: quoteOf(),
    slippage: DEFAULT_SLIPPAGE_SETTINGS,
    notionalUsd: decimal('1990'),
    heldBase: null,
    policy: { kind: 'loaded', policy: defaultPolicy('paper') },
    request: requestOf(),
    tx: null,
    call: null,
    signerAddress: null,
    nowMs: NOW_MS,
    wallMs: NOW_MS,
    ...changed,
  }
}

export const CHAIN_POLICY: Policy = policyForChain({
  chainId: 31_337,
  signers: [SIGNER],
  routers: [ROUTER, ROUTER_V2],
  tokens: [WETH, USDC, DAI],
})

/** The raw figures of selling 1 WETH at {@link quoteOf}'s price less a fee of 0.3 %: the least that must come out at a limit of 1 %. */
export const LEAST_OUT_RAW = 1_964_189_700n // 1990 × 0.997 × 0.99

/** A swap call for {@link chainInput}. */
export function swapOf(changed: Partial<Extract<DecodedCall, { kind: 'swap' }>> = {}): DecodedCall {
  return {
    kind: 'swap',
    protocol: 'uniswap-v3',
    tokenIn: WETH,
    tokenOut: USDC,
    recipient: SIGNER,
    exact: 'input',
    amountInMaxRaw: 10n ** 18n,
    amountOutMinRaw: LEAST_OUT_RAW,
    deadlineSec: NOW_MS / 1_000 + 600,
    ...changed,
  }
}

/** The same as bytes, to whomever. */
export const swapData = (recipient: string = SIGNER) =>
  encode(V3_ROUTER, 'exactInputSingle', [[WETH, USDC, 3000, recipient, NOW_MS / 1_000 + 600, 10n ** 18n, LEAST_OUT_RAW, 0]])
const SWAP_DATA = swapData()

export function txOf(changed: Partial<UnsignedTx> = {}): UnsignedTx {
  return {
    chainId: 31_337,
    from: SIGNER,
    to: ROUTER,
    nonce: 7,
    valueWei: 0n,
    data: SWAP_DATA,
    gasLimit: 300_000n,
    maxFeePerGasWei: 30_000_000_000n,
    maxPriorityFeePerGasWei: 1_000_000_000n,
    ...changed,
  }
}

/** An order on a chain that every guard lets through: sells 1 WETH for USDC. */
export function chainInput(changed: Partial<GuardInput> = {}): GuardInput {
  return paperInput({
    intent: chainIntent(),
    quote: quoteOf({ instrument: CHAIN_ETH, feePct: decimal('0.3'), feeAsset: 'USDC' }),
    policy: { kind: 'loaded', policy: CHAIN_POLICY },
    request: null,
    tx: txOf(),
    call: swapOf(),
    signerAddress: SIGNER,
    ...changed,
  })
}

export function chainIntent(changed: Partial<OrderIntent> = {}): OrderIntent {
  return intentOf({ environment: 'testnet', venue: 'uniswap-v3', instrument: CHAIN_ETH.symbol, account: 'signer-1', ...changed })
}

/** The approval that {@link chainInput}'s swap needs. */
export function approveInput(changed: Partial<GuardInput> = {}): GuardInput {
  return chainInput({
    purpose: 'approve',
    tx: txOf({ to: WETH, data: encode(ERC20, 'approve', [ROUTER, 10n ** 18n]) }),
    call: { kind: 'approve', token: WETH, spender: ROUTER, amountRaw: 10n ** 18n, unlimited: false },
    ...changed,
  })
}

/** A cancel: to oneself, of no value, without data. */
export function cancelInput(changed: Partial<GuardInput> = {}): GuardInput {
  return chainInput({
    purpose: 'cancel',
    intent: null,
    quote: null,
    notionalUsd: null,
    tx: cancelTx(),
    call: { kind: 'transfer-native', recipient: SIGNER },
    waitingNonces: [cancelTx().nonce],
    ...changed,
  })
}

export function cancelTx(changed: Partial<UnsignedTx> = {}): UnsignedTx {
  return txOf({ to: SIGNER, data: '0x', gasLimit: 21_000n, maxFeePerGasWei: 400_000_000_000n, ...changed })
}
