import { sameAddress } from '../../../domain/evm'
import type { SignerConfig, SignerKind } from '../../../domain/signer'
import { canonicalJson } from '../../../lib/json'
import type { Signer, SignerHealth } from '../../../signers/signer'
import type { SignerRecord } from './signer-table'

/** A signer as screens and accounts know it; nothing here can sign. */
export interface SignerEntry {
  readonly id: string
  readonly kind: SignerKind
  readonly label: string
  readonly address: string
  readonly health: SignerHealth
  /** Wall time of the last look at its health, ms, or null. */
  readonly checkedAtMs: number | null
  readonly attended: boolean
  readonly signsTypedData: boolean
  /** Its place among the signers of its address. */
  readonly turn: number
  readonly config: SignerConfig
}

/** A signer that can be used: as it is on record, what signs, and the same behind the second policy. */
export interface HeldSigner {
  readonly record: SignerRecord
  readonly signer: Signer
  readonly guarded: Signer
  checkedAtMs: number | null
}

/** A held signer for screens. */
export function entryOf({ record, signer, checkedAtMs }: HeldSigner): SignerEntry {
  const { id, kind, label, address, turn, config } = record
  return {
    id,
    kind,
    label,
    address,
    health: signer.health(),
    checkedAtMs,
    attended: signer.attended === true,
    signsTypedData: signer.signTypedData !== undefined,
    turn,
    config,
  }
}

/** Whether it signs for an address by the same config. Whoever wrote a config, the order of its members says nothing. */
export function isSameSigner(one: Pick<SignerEntry, 'address' | 'config'>, address: string, config: SignerConfig): boolean {
  return sameAddress(one.address, address) && canonicalJson(one.config) === canonicalJson(config)
}
