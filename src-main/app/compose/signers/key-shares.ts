import type { AuditAppender } from '../../../domain/audit-event'
import type { MpcConfig } from '../../../domain/signer'
import { err, type Result } from '../../../lib/result'
import { whyNotIn } from '../../../signers/allowed-in'
import type { SignerParts } from '../../../signers/kind'
import { initialise, refreshShares, type MadeKey, type RefreshFailure, type RefreshProof } from '../../../signers/mpc-2pc/shares'
import type { SignerFailure } from '../../../signers/signer'
import type { SignerService } from './signer-service'

/** What looks after shares works with. */
export interface KeySharesParts extends SignerParts {
  readonly audit: AuditAppender
  readonly signers: Pick<SignerService, 'get'>
}

/** The care of keys that two parties hold together: making one, and giving both new shares of it (product rows C5, C11). All of it is on record. */
export class KeyShares {
  constructor(private readonly parts: KeySharesParts) {}

  /** Has two parties make a key, and shows that they can sign with it. A key that is there already stays. */
  async initialise(config: MpcConfig, signal: AbortSignal): Promise<Result<MadeKey, SignerFailure>> {
    const why = whyNotIn(this.parts.environment, config)
    if (why !== null) return err({ code: 'NOT_SUPPORTED', detail: why })
    const { url } = config.service
    this.record('SharedKeyRequested', 'medium', url, {})
    const made = await initialise(config, this.parts, signal)
    if (made.ok)
      this.record('SharedKeyProven', 'medium', url, { address: made.value.address, made: made.value.wasThere ? 'before' : 'now' })
    else this.record('SharedKeyNotProven', 'medium', url, { ...made.error })
    return made
  }

  /** Has both parties of a signer make new shares, and proves that it is the same key in new shares. */
  async refresh(id: string, signal: AbortSignal): Promise<Result<RefreshProof, RefreshFailure>> {
    const entry = this.parts.signers.get(id)
    if (entry?.config.kind !== 'mpc_2pc') return err({ code: 'NOT_SUPPORTED', detail: 'its key is not held in shares', begun: false })
    this.record('SharesRefreshRequested', 'medium', id, { address: entry.address })
    const proof = await refreshShares(entry.config, entry.address, this.parts, signal)
    if (proof.ok) {
      const { address, shareId, shareIdBefore } = proof.value
      this.record('SharesRefreshed', 'medium', id, { address, shareId, shareIdBefore: shareIdBefore ?? 'not told' })
    } else {
      const { code, detail, begun } = proof.error
      this.record('SharesNotRefreshed', begun ? 'high' : 'medium', id, { code, detail, shares: begun ? 'may have changed' : 'as before' })
    }
    return proof
  }

  private record(type: string, severity: 'medium' | 'high', subject: string, data: Record<string, string>): void {
    this.parts.audit.append({ category: 'KEY_OPERATION', severity, type, actor: 'operator', subject, data })
  }
}
