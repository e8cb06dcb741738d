import { Wallet } from 'ethers'

import type { Hex, UnsignedTx } from '../../../src-main/domain/evm'
import { ok, type Result } from '../../../src-main/lib/result'
import type { Signer, SignerFailure, SignerHealth } from '../../../src-main/signers/signer'
import { SIGNER_ADDRESS, SIGNER_KEY } from './bench-chain'

/** What a signer answers; a hostile one answers anything at all. */
export type SignerScript = (tx: UnsignedTx, signal: AbortSignal) => Promise<Result<Hex, SignerFailure>>

/** A signer that signs as it should until it is told otherwise. */
export class ScriptedSigner implements Signer {
  readonly id = 'signer-1'
  readonly kind = 'keystore'
  readonly address = SIGNER_ADDRESS
  /** Every transaction it was asked to sign. */
  readonly asked: UnsignedTx[] = []
  script: SignerScript = honest

  signTransaction(tx: UnsignedTx, signal: AbortSignal): Promise<Result<Hex, SignerFailure>> {
    this.asked.push(tx)
    return this.script(tx, signal)
  }

  health(): SignerHealth {
    return { status: 'ready', lastSuccessMs: null, latencyMs: null, locksAtMs: null, detail: '' }
  }

  async lock(): Promise<void> {}
}

/** Signs exactly what was asked with the right key. */
export const honest: SignerScript = async (tx) => ok(await rawOf(tx))

/** The signed bytes of a transaction. */
export async function rawOf(tx: UnsignedTx, key: string = SIGNER_KEY): Promise<Hex> {
  const { valueWei, maxFeePerGasWei, maxPriorityFeePerGasWei, from: _from, ...rest } = tx
  return (await new Wallet(key).signTransaction({
    ...rest,
    type: 2,
    value: valueWei,
    maxFeePerGas: maxFeePerGasWei,
    maxPriorityFeePerGas: maxPriorityFeePerGasWei,
  })) as Hex
}
