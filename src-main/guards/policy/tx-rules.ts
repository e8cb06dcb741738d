import { denial, type Denial } from '../../domain/codes'
import { parseUnsignedTx, sameAddress, type UnsignedTx } from '../../domain/evm'
import type { GuardFigure } from '../../domain/guard'
import { err, ok, type Result } from '../../lib/result'
import { figure } from '../verdict'
import { ZERO_ADDRESS, checksummed, includesAddress } from './addresses'
import type { Policy } from './policy'

/** A transaction that is whole and sound, or why not; one without a receiver would create a contract. */
export function soundTx(tx: UnsignedTx): Result<UnsignedTx, Denial> {
  const to: unknown = tx.to
  if (typeof to !== 'string' || to === '' || to === '0x' || to === ZERO_ADDRESS) return err(denial('CONTRACT_CREATION', { to: String(to) }))
  const parsed = parseUnsignedTx(tx)
  if (!parsed.ok) return err(denial('INVALID_TRANSACTION', { field: parsed.error.field }))
  if (checksummed(tx.to) === null) return err(denial('INVALID_TRANSACTION', { field: 'to' }))
  return ok(parsed.value)
}

/** The one who signs is allowed to, and is the one the transaction is from. */
export function signerRule(policy: Policy, tx: UnsignedTx, signerAddress: string | null): Denial | null {
  if (signerAddress === null) return denial('SIGNER_NOT_ALLOWED', { signer: 'unknown' })
  if (!sameAddress(tx.from, signerAddress)) return denial('SIGNER_NOT_ALLOWED', { signer: signerAddress, from: tx.from })
  return allowedSigner(policy, signerAddress)
}

/** The signer is on the list. */
export function allowedSigner(policy: Policy, signerAddress: string): Denial | null {
  return includesAddress(policy.signerAddresses, signerAddress) ? null : denial('SIGNER_NOT_ALLOWED', { signer: signerAddress })
}

/** The chain is on the list. */
export function chainRule(policy: Policy, { chainId }: UnsignedTx): Denial | null {
  return policy.chainIds.includes(chainId) ? null : denial('CHAIN_NOT_ALLOWED', { chainId: String(chainId) })
}

/** Gas and fee stay within the policy; cancels have a fee cap of their own. */
export function feeRule(policy: Policy, tx: UnsignedTx, maxFeePerGasWei: bigint, figures: GuardFigure[]): Denial | null {
  const gas = tx.gasLimit.toString()
  const maxGas = policy.maxGas.toString()
  const fee = tx.maxFeePerGasWei.toString()
  const maxFee = maxFeePerGasWei.toString()
  figures.push(figure('gas', gas, maxGas, 'gas'), figure('fee per gas', fee, maxFee, 'wei'))
  if (!(tx.gasLimit <= policy.maxGas)) return denial('GAS_EXCEEDS_MAX', { gas, maxGas })
  return tx.maxFeePerGasWei <= maxFeePerGasWei ? null : denial('GAS_PRICE_EXCEEDS_MAX', { maxFeePerGasWei: fee, limitWei: maxFee })
}

/** Who is called, with how much coin and how much data. */
export function callRule(policy: Policy, tx: UnsignedTx, figures: GuardFigure[]): Denial | null {
  const value = tx.valueWei.toString()
  const maxValue = policy.maxValueWei.toString()
  const bytes = (tx.data.length - 2) / 2
  figures.push(
    figure('to', tx.to),
    figure('value', value, maxValue, 'wei'),
    figure('data', String(bytes), String(policy.maxDataBytes), 'bytes'),
  )
  if (!includesAddress(policy.toAddresses, tx.to)) return denial('TO_NOT_ALLOWED', { to: tx.to })
  if (!(tx.valueWei <= policy.maxValueWei)) return denial('VALUE_EXCEEDS_MAX', { valueWei: value, maxWei: maxValue })
  return bytes <= policy.maxDataBytes ? null : denial('DATA_TOO_LONG', { bytes: String(bytes), maxBytes: String(policy.maxDataBytes) })
}
