import type { Hex, UnsignedTx } from '../domain/evm'
import type { TypedData } from '../domain/typed-data'
import { err, type Result } from '../lib/result'
import {
  isDefinitelyUnavailable,
  type OnInteraction,
  type Signer,
  type SignerFailure,
  type SignerFailureCode,
  type SignerHealth,
} from './signer'

/** Records that another signer is about to be asked. Throws when it cannot: then nobody is asked. */
export type RecordSwitch = (from: Signer, to: Signer, why: SignerFailureCode) => void

/**
 * Signers that hold authority over one address, asked in their configured order (product row X1). The next is asked only when it is certain that
 * the one before did not sign and cannot: a signature that may exist is never made a second time.
 */
export class FailoverSigner implements Signer {
  readonly id: string
  readonly kind
  readonly address: string
  private readonly first: Signer

  /** Throws when there is none, or when they are not of one address. */
  constructor(
    private readonly inTurn: readonly Signer[],
    private readonly recordSwitch: RecordSwitch,
  ) {
    const [first] = inTurn
    if (first === undefined || inTurn.some(({ address }) => address !== first.address)) throw new Error('signers of one address are wanted')
    this.first = first
    this.id = first.id
    this.kind = first.kind
    this.address = first.address
  }

  get attended(): boolean {
    return this.likely().attended === true
  }

  signTransaction(tx: UnsignedTx, signal: AbortSignal, onInteraction?: OnInteraction): Promise<Result<Hex, SignerFailure>> {
    return this.ask(signal, (signer) => signer.signTransaction(tx, signal, onInteraction))
  }

  signTypedData(typedData: TypedData, signal: AbortSignal, onInteraction?: OnInteraction): Promise<Result<Hex, SignerFailure>> {
    return this.ask(
      signal,
      (signer) =>
        signer.signTypedData?.(typedData, signal, onInteraction) ??
        Promise.resolve(err({ code: 'NOT_SUPPORTED', detail: `${signer.kind} signs no typed data` })),
    )
  }

  health(): SignerHealth {
    return this.likely().health()
  }

  async lock(): Promise<void> {
    await Promise.all(this.inTurn.map((signer) => signer.lock()))
  }

  /** The one that would sign now, as far as is known. */
  private likely(): Signer {
    return this.inTurn.find((signer) => signer.health().status !== 'unavailable') ?? this.first
  }

  private async ask(
    signal: AbortSignal,
    sign: (signer: Signer) => Promise<Result<Hex, SignerFailure>>,
  ): Promise<Result<Hex, SignerFailure>> {
    let answer = await sign(this.first)
    for (let turn = 1; turn < this.inTurn.length; turn += 1) {
      const [before, next] = [this.inTurn[turn - 1], this.inTurn[turn]]
      if (answer.ok || !isDefinitelyUnavailable(answer.error.code) || signal.aborted || before === undefined || next === undefined)
        return answer
      this.recordSwitch(before, next, answer.error.code)
      answer = await sign(next)
    }
    return answer
  }
}
