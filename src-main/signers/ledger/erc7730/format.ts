import { getAddress } from 'ethers/address'
import { formatUnits } from 'ethers/utils'

import type { KnownThings } from '../../../domain/device-preview'
import type { DisplayField } from './descriptor'
import { valueAt, type Datum, type Roots } from './path'

/** Writes a value the way its field says. Throws where the value is not of the field's kind: then nothing is shown, rather than something else. */
export function writeField(
  { format, params = {} }: Pick<DisplayField, 'format' | 'params'>,
  value: Datum,
  roots: Roots,
  known: KnownThings,
): string {
  switch (format) {
    case 'raw':
      return plain(value)
    case 'amount':
      return `${units(number(value), 18)} ${known.coin}`
    case 'tokenAmount': {
      const { tokenPath, threshold, message } = params
      if (tokenPath === undefined) throw new Error('the token is not named')
      const amount = number(value)
      const at = address(valueAt(tokenPath, roots))
      const token = known.token(at)
      if (threshold !== undefined && amount >= BigInt(threshold)) return `${message ?? 'Unlimited'} ${token?.symbol ?? at}`
      return token === null ? `${amount} units of ${at}` : `${units(amount, token.decimals)} ${token.symbol}`
    }
    case 'addressName': {
      const at = address(value)
      const token = known.token(at)
      const router = known.router(at)
      const name = token?.symbol ?? (router === null ? null : router === 'uniswap-v2-router' ? 'Uniswap V2 router' : 'Uniswap V3 router')
      return name === null ? at : `${at} (${name})`
    }
    case 'date':
      return date(number(value))
    case 'unit':
      return `${units(number(value), params.decimals ?? 0)}${params.base ?? ''}`
    case 'calldata':
      throw new Error('a nested call is shown by its own fields')
  }
}

function plain(value: Datum): string {
  if (typeof value === 'bigint' || typeof value === 'boolean' || typeof value === 'string') return String(value)
  throw new Error('it has parts of its own')
}

function number(value: Datum): bigint {
  if (typeof value === 'bigint') return value
  throw new Error('it is not a number')
}

function address(value: Datum): string {
  if (typeof value !== 'string') throw new Error('it is not an address')
  return getAddress(value.toLowerCase())
}

function units(amount: bigint, decimals: number): string {
  return formatUnits(amount, decimals).replace(/\.0$/, '')
}

/** Seconds since 1970, UTC; a number that no calendar holds stays a number. */
function date(seconds: bigint): string {
  if (seconds > 8_640_000_000_000n) return String(seconds)
  return `${new Date(Number(seconds) * 1_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
