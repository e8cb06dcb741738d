import type { AuditVoucher } from '../../../src-preload/contract/audit'
import { whyNotVouched } from '../../audit/vouching'
import { AUDIT_HEAD_SIGNED, readVoucher, type HeadVoucher } from '../../domain/head-voucher'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'
import { inEnvironment } from './in-environment'

type Names = 'audit.signHead' | 'audit.vouchers'

const MOST_SHOWN = 20

/** Calls about heads of the chain that a signer vouched for (product row B3). A halt keeps nobody from them: they are evidence of it. */
export function auditHeadCalls(context: AppContext): Pick<AppCalls, Names> {
  return {
    'audit.signHead': ({ signerId }) =>
      inEnvironment(context, async ({ audit, engine, signers }) => {
        const signer = signers.get(signerId)
        if (signer === null) return problemReply('NOT_FOUND')
        if (!signer.signsTypedData) return problemReply('SIGNER_UNAVAILABLE', { reason: 'NOT_SUPPORTED' })
        // What is vouched for is what the file outside the database attests at this moment.
        const head = audit.anchorNow()
        if (!head.ok) return problemReply('AUDIT_UNAVAILABLE', { detail: head.error.message.slice(0, 500) })
        const by = context.actor()
        const signed = await engine.signAuditHead(head.value, { signerId, by })
        if (!signed.ok) return { ok: false, problem: { code: signed.error.code, figures: { ...signed.error.figures } } }
        return valueReply(voucherView(signed.value, { seq: audit.head().seq, actor: by }, null))
      }),
    'audit.vouchers': () => inEnvironment(context, async (environment) => valueReply(await vouchers(environment))),
  }
}

async function vouchers({ audit, environment }: OpenEnvironment): Promise<{ total: number; vouchers: AuditVoucher[] }> {
  const { total, rows } = await audit.page({ filter: { type: AUDIT_HEAD_SIGNED }, offset: 0, limit: MOST_SHOWN })
  const log = { environment, hashAt: (seq: number) => audit.hashAt(seq) }
  const views: AuditVoucher[] = []
  for (const row of rows) {
    const entry = audit.get(row.seq)
    const voucher = entry === null ? null : readVoucher(entry.data)
    if (voucher !== null) views.push(voucherView(voucher, row, whyNotVouched(voucher, row.seq, log)))
    // Checking a signature takes some milliseconds: a halt that is pressed meanwhile comes between two.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { total, vouchers: views }
}

function voucherView(
  { headSeq, atMs, address, kind }: HeadVoucher,
  { seq, actor }: { readonly seq: number; readonly actor: string },
  problem: string | null,
): AuditVoucher {
  return { seq, headSeq, atMs, address, kind, by: actor.slice(0, 200), problem: problem?.slice(0, 200) ?? null }
}
