import { sameAddress, type Hex, type UnsignedTx } from '../../domain/evm'
import type { MpcConfig } from '../../domain/signer'
import type { TypedData } from '../../domain/typed-data'
import { err, type Result } from '../../lib/result'
import { signTransactionByDigest, signTypedDataByDigest, type SignDigest } from '../digest'
import { HealthKeeper } from '../health-keeper'
import type { SignerParts } from '../kind'
import type { Signer, SignerFailure, SignerHealth } from '../signer'
import { ControlPlane } from './control-plane'

/**
 * Two parties that hold a key together and sign digests together (product row C5). The digest is computed here, the signature is taken only if it is one of
 * the expected address over that digest, and nothing is kept between requests.
 */
export class MpcSigner implements Signer {
  readonly kind = 'mpc_2pc'
  private readonly plane: ControlPlane
  private readonly keeper: HealthKeeper

  constructor(
    readonly id: string,
    readonly address: string,
    config: MpcConfig,
    private readonly parts: SignerParts,
  ) {
    this.plane = new ControlPlane(config, parts)
    this.keeper = new HealthKeeper(parts.clock, 'unavailable', parts.onChange)
  }

  signTransaction(tx: UnsignedTx, signal: AbortSignal): Promise<Result<Hex, SignerFailure>> {
    return this.kept(() => signTransactionByDigest(tx, this.signDigest, signal))
  }

  signTypedData(typedData: TypedData, signal: AbortSignal): Promise<Result<Hex, SignerFailure>> {
    return this.kept(() => signTypedDataByDigest(typedData, this.address, this.signDigest, signal))
  }

  health(): SignerHealth {
    return this.keeper.health()
  }

  async check(signal: AbortSignal): Promise<SignerHealth> {
    const startedMs = this.keeper.started()
    const up = await this.plane.health(signal)
    const key = up.ok ? await this.plane.key(signal) : up
    if (!key.ok) this.keeper.failed(key.error)
    else if (sameAddress(key.value.address, this.address)) this.keeper.succeeded(startedMs)
    else this.keeper.failed({ code: 'WRONG_ADDRESS', detail: `it holds ${key.value.address}` })
    return this.health()
  }

  /** There is no session: every request connects afresh and fetches its secrets. */
  lock(): Promise<void> {
    return Promise.resolve()
  }

  private readonly signDigest: SignDigest = (digest, signal) => this.plane.signDigest(digest, this.parts.random.uuid(), signal)

  private async kept(sign: () => Promise<Result<Hex, SignerFailure>>): Promise<Result<Hex, SignerFailure>> {
    const startedMs = this.keeper.started()
    const answer = await sign()
    if (answer.ok || answer.error.code === 'DENIED_BY_SIGNER') this.keeper.succeeded(startedMs)
    else this.keeper.failed(answer.error)
    return answer.ok ? answer : err(answer.error)
  }
}
