import type { Hex, UnsignedTx } from '../../domain/evm'
import type { RemoteConfig, RemoteDialect } from '../../domain/signer'
import type { TypedData } from '../../domain/typed-data'
import { err, ok, type Result } from '../../lib/result'
import { canonicalSignature, readRawSignature, typedDataDigest } from '../digest'
import { HealthKeeper } from '../health-keeper'
import type { SignerParts } from '../kind'
import { badAnswer } from '../service/failures'
import type { Send } from '../service/json-rpc'
import { retryUnsent } from '../service/retry'
import { ServiceClient } from '../service/service-client'
import type { OnInteraction, Signer, SignerFailure, SignerHealth } from '../signer'
import { verifySignedTx } from '../verify-signature'
import { clef } from './clef'
import type { Dialect } from './dialect'
import { intent } from './intent'
import { web3signer } from './web3signer'

/** How each dialect is spoken. */
export const DIALECTS: Readonly<Record<RemoteDialect, Dialect>> = { web3signer, clef, intent }
/** Said of a signer that is reached without TLS, while nothing else is to be said of it. */
const IN_CLEAR = 'plain HTTP, inside this machine'

/** The way to the service of a config: what is asked goes out once, or again only while it certainly never left. */
export function sendTo(config: RemoteConfig, parts: SignerParts, signal: AbortSignal): Send {
  const client = new ServiceClient(config.service, config.tokenRef, parts)
  return (request) => retryUnsent(config.retries, parts.scheduler, signal, () => client.request(request, signal))
}

/** A signing service of the user's own (product row C4). Nothing is kept between requests: no connection, no secret. */
export class RemoteSigner implements Signer {
  readonly kind = 'remote'
  readonly attended: boolean
  readonly signTypedData?: NonNullable<Signer['signTypedData']>
  private readonly dialect: Dialect
  private readonly keeper: HealthKeeper

  constructor(
    readonly id: string,
    readonly address: string,
    private readonly config: RemoteConfig,
    private readonly parts: SignerParts,
  ) {
    this.dialect = DIALECTS[config.dialect]
    this.attended = this.dialect.attended
    this.keeper = new HealthKeeper(parts.clock, 'unavailable', parts.onChange)
    const { signTypedData } = this.dialect
    if (signTypedData !== undefined) {
      this.signTypedData = (typedData, signal, onInteraction) =>
        this.ask(signal, onInteraction, async (send, onSent) => {
          const answer = await signTypedData(send, typedData, address, onSent)
          return answer.ok ? this.readSignature(answer.value, typedData) : answer
        })
    }
  }

  signTransaction(tx: UnsignedTx, signal: AbortSignal, onInteraction?: OnInteraction): Promise<Result<Hex, SignerFailure>> {
    return this.ask(
      signal,
      onInteraction,
      (send, onSent) => this.dialect.signTransaction(send, tx, onSent),
      (raw) => {
        const compared = verifySignedTx(raw, tx)
        return compared.ok
          ? null
          : `it signed something else: ${compared.error.field} is ${compared.error.actual}, not ${compared.error.expected}`
      },
    )
  }

  health(): SignerHealth {
    const health = this.keeper.health()
    const inClear = health.status === 'ready' && health.detail === '' && this.config.service.url.startsWith('http:')
    return inClear ? { ...health, detail: IN_CLEAR } : health
  }

  async check(signal: AbortSignal): Promise<SignerHealth> {
    const startedMs = this.keeper.started()
    const looked = await this.dialect.look(sendTo({ ...this.config, retries: 0 }, this.parts, signal), this.address)
    if (looked.ok) this.keeper.succeeded(startedMs)
    else this.keeper.failed(looked.error)
    return this.health()
  }

  /** There is no session: every request connects afresh and fetches its secrets. */
  lock(): Promise<void> {
    return Promise.resolve()
  }

  /** Asks for a signature. `whyWrong` is for the health alone: what a signer answers is handed to the signing gate, which judges and records it. */
  private async ask(
    signal: AbortSignal,
    onInteraction: OnInteraction | undefined,
    sign: (send: Send, onSent: () => void) => Promise<Result<Hex, SignerFailure>>,
    whyWrong: (answer: Hex) => string | null = () => null,
  ): Promise<Result<Hex, SignerFailure>> {
    const startedMs = this.keeper.started()
    const tell = this.attended ? onInteraction : undefined
    try {
      const answer = await sign(sendTo(this.config, this.parts, signal), () => tell?.('confirm-elsewhere'))
      const why = answer.ok ? whyWrong(answer.value) : null
      if (why !== null) this.keeper.failed(badAnswer(why))
      else if (answer.ok || isSound(answer.error)) this.keeper.succeeded(startedMs)
      else this.keeper.failed(answer.error)
      return answer
    } finally {
      tell?.('none')
    }
  }

  private readSignature(answer: Hex, typedData: TypedData): Result<Hex, SignerFailure> {
    const bytes = Buffer.from(answer.slice(2), 'hex')
    if (bytes.length !== 65) return err(badAnswer(`a signature of ${bytes.length} bytes`))
    const raw = readRawSignature(bytes.subarray(0, 64))
    if (!raw.ok) return raw
    const signature = canonicalSignature(typedDataDigest(typedData), raw.value, this.address)
    return signature.ok ? ok(signature.value.serialized as Hex) : signature
  }
}

/** A person or a rule that says no shows that the signer works. */
function isSound({ code }: SignerFailure): boolean {
  return code === 'REJECTED_BY_USER' || code === 'DENIED_BY_SIGNER'
}
