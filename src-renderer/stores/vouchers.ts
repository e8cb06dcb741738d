import { create } from 'zustand'

import type { AuditVoucher } from '../../src-preload/contract/audit'
import type { Problem } from '../../src-preload/contract/problem'
import { call } from '../api/bridge'
import { fetchRemote, known, LOADING, type Remote } from './remote'

interface VouchersState {
  /** The newest, newest first, and how many there are in all. */
  readonly vouchers: Remote<{ readonly total: number; readonly vouchers: readonly AuditVoucher[] }>
}

/** Who vouched for which head of the audit log. */
export const useVouchers = create<VouchersState>(() => ({ vouchers: LOADING }))

/** Reads who vouched; main looks at every signature anew. */
export async function refreshVouchers(): Promise<void> {
  const before = known(useVouchers.getState().vouchers)
  const reply = await fetchRemote('audit.vouchers', {}, before === null ? null : { ...before, vouchers: [...before.vouchers] })
  useVouchers.setState({ vouchers: reply })
}

/** Has a signer vouch for where the log stands now; on a device a person confirms it first. Why it did not, or null. */
export async function signHead(signerId: string): Promise<Problem | null> {
  const reply = await call('audit.signHead', { signerId })
  await refreshVouchers()
  return reply.ok ? null : reply.problem
}
