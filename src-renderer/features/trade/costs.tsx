import type { PreviewView } from '../../../src-preload/contract/orders'
import { formatPct, fromSmallest } from '../../ui/format/amount'
import { Facts, type Fact } from '../../ui/panel'
import { Amount } from '../../ui/values'

/** The cost of an order in figures: price, impact, depth, fee, gas, and the least that comes out. */
export function costFacts({
  instrument,
  quote,
  networkFee,
  slippageLimitPct,
  minReceived,
  receivedAsset,
  notionalUsd,
}: PreviewView): Fact[] {
  const digits = { most: instrument.priceDigits, least: instrument.priceDigits }
  const per = instrument.quote.symbol
  const priced: Fact[] =
    quote === null
      ? []
      : [
          {
            label: 'Expected price',
            hint: 'Average over the walk through the depth, before fees.',
            value: <Amount value={quote.expectedPrice} unit={per} {...digits} />,
          },
          {
            label: 'Worst price',
            hint: 'Price of the last level walked.',
            value: <Amount value={quote.worstPrice} unit={per} {...digits} />,
          },
          {
            label: 'Slippage',
            hint: 'Loss of the expected price against the middle of the market, and the limit of the risk profile.',
            value: <span className="hf-num">{`${formatPct(quote.slippagePct)} of ${formatPct(slippageLimitPct)} allowed`}</span>,
          },
          {
            label: 'Price impact',
            hint: 'How far the order moves the price.',
            value: <span className="hf-num">{formatPct(quote.impactPct)}</span>,
          },
          {
            label: 'Depth walked',
            value: <span className="hf-num">{`${quote.depthLevelsWalked} ${quote.depthLevelsWalked === 1 ? 'level' : 'levels'}`}</span>,
          },
          {
            label: 'Volatility, last hour',
            value: <span className="hf-num">{quote.volatilityPct === null ? 'not known' : formatPct(quote.volatilityPct)}</span>,
          },
          {
            label: 'Venue fee',
            value: (
              <span className="hf-num">
                <Amount value={quote.fee} unit={quote.feeAsset} most={6} /> ({formatPct(quote.feePct)})
              </span>
            ),
          },
        ]
  const network: Fact[] =
    networkFee === null
      ? []
      : [
          {
            label: 'Network fee',
            hint: 'Expected; the most it can cost is the gas limit at the fee cap.',
            value: (
              <span className="hf-num">
                <Amount value={fromSmallest(networkFee.expectedWei, 18)} unit="ETH" most={6} />
                {networkFee.expectedUsd !== null && (
                  <>
                    {' '}
                    (<Amount value={networkFee.expectedUsd} unit="USD" most={2} least={2} />)
                  </>
                )}
              </span>
            ),
          },
          { label: 'Network fee at most', value: <Amount value={fromSmallest(networkFee.maxWei, 18)} unit="ETH" most={6} /> },
        ]
  return [
    ...(minReceived === null
      ? []
      : [
          {
            label: 'You get at least',
            hint: 'After the venue fee; less than this and the trade does not happen.',
            value: (
              <strong>
                <Amount value={minReceived} unit={receivedAsset} most={6} />
              </strong>
            ),
          },
        ]),
    ...priced,
    ...network,
    { label: 'Value', value: notionalUsd === null ? 'not known' : <Amount value={notionalUsd} unit="USD" most={2} least={2} /> },
  ]
}

/** The costs of the ticket as it stands, or of the picture before it. */
export function Costs({ preview, stale }: { readonly preview: PreviewView | null; readonly stale: boolean }) {
  if (preview === null)
    return <p className="hf-dim">Expected and worst price, impact, depth, fees and what you get at least appear here while you type.</p>
  return (
    <div className={stale ? 'hf-verdicts--stale' : ''}>
      <Facts facts={costFacts(preview)} />
    </div>
  )
}
