import type { StepView } from '../../../src-preload/contract/orders'
import type { DecodedCall } from '../../domain/evm'
import type { Asset, Instrument } from '../../domain/instrument'
import { fromUnits } from '../../lib/decimal'
import type { Json } from '../../lib/json'

type Field = Extract<StepView, { kind: 'evm-tx' }>['fields'][number]

/** The assets that addresses of an instrument stand for. */
export function addressesOf(instrument: Json<Instrument>): readonly Asset[] {
  return [instrument.base, instrument.quote]
}

/** What a call does, field by field, for people: amounts in whole units where the token is known, else raw. */
export function describeCall(call: Json<DecodedCall>, assets: readonly Asset[]): Field[] {
  switch (call.kind) {
    case 'transfer-native':
      return [address('Recipient', call.recipient)]
    case 'approve':
      return [
        address('Token', call.token),
        address('Spender', call.spender),
        call.unlimited
          ? { label: 'Allowance', value: 'unlimited', kind: 'text' }
          : { label: 'Allowance', value: amount(call.amountRaw, call.token, assets), kind: 'amount' },
      ]
    case 'swap':
      return [
        { label: 'Protocol', value: call.protocol, kind: 'text' },
        address('Pays with', call.tokenIn),
        {
          label: call.exact === 'input' ? 'Pays exactly' : 'Pays at most',
          value: amount(call.amountInMaxRaw, call.tokenIn, assets),
          kind: 'amount',
        },
        address('Receives', call.tokenOut),
        {
          label: call.exact === 'input' ? 'Receives at least' : 'Receives exactly',
          value: amount(call.amountOutMinRaw, call.tokenOut, assets),
          kind: 'amount',
        },
        address('Recipient', call.recipient),
        { label: 'Valid until', value: String(call.deadlineSec * 1_000), kind: 'time' },
      ]
    case 'unknown':
      return [
        { label: 'Selector', value: call.selector, kind: 'text' },
        { label: 'Why it cannot be read', value: call.why, kind: 'text' },
      ]
  }
}

function address(label: string, value: string): Field {
  return { label, value, kind: 'address' }
}

function amount(raw: string, token: string, assets: readonly Asset[]): string {
  const asset = assets.find((known) => known.address?.toLowerCase() === token.toLowerCase())
  return asset === undefined ? `${raw} (smallest units)` : `${fromUnits(BigInt(raw), asset.decimals).toFixed()} ${asset.symbol}`
}
