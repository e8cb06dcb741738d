import { sameAddress, type Hex, type UnsignedTx } from '../../domain/evm'
import { secretUsesOf } from '../../domain/secret-use'
import type { ConfigOf, OfferedAccount } from '../../domain/signer'
import type { TypedData } from '../../domain/typed-data'
import { err, ok, type Result } from '../../lib/result'
import { signTransactionByDigest, signTypedDataByDigest, type RawSignature } from '../digest'
import { HealthKeeper } from '../health-keeper'
import type { SignerMaker, SignerParts } from '../kind'
import type { Signer, SignerFailure, SignerHealth } from '../signer'
import { lightLook } from './light-look'
import type { VendorAnswer } from './protocol'
import type { VendorConfig, VendorKind } from './vendor'
import { VendorClient } from './vendor-client'

/** How long each step may take, ms. */
export interface VendorTimes {
  readonly openMs: number
  readonly signMs: number
  readonly lookMs: number
}
const TIMES: VendorTimes = { openMs: 30_000, signMs: 20_000, lookMs: 10_000 }

type Opened = Extract<VendorAnswer, { kind: 'opened' }>

/** Makes the maker of a kind that lives in the vendor host. */
export function vendorMaker<K extends VendorKind>(kind: K, times: VendorTimes = TIMES): SignerMaker<K> {
  return {
    kind,
    create: (id, address, config, parts) => new VendorSigner(id, address, config, parts, times),
    discover: async (config: ConfigOf<K>, parts, signal) => {
      const opened = await openClient(config, parts, times, signal)
      if (!opened.ok) return opened
      opened.value.client.close()
      return accountsOf(opened.value.opened)
    },
  }
}

/** A signer whose key is reached by a vendor's library, in a helper process that is started when it is first needed. */
class VendorSigner implements Signer {
  readonly kind
  private readonly keeper: HealthKeeper
  private client: VendorClient | null = null
  private opening: Promise<Result<VendorClient, SignerFailure>> | null = null
  /** Counts the locks: a session that was being opened at one is not used after it. */
  private locks = 0
  /** What must not be tried again by itself: a token locks after a few wrong PINs. */
  private refused: SignerFailure | null = null

  constructor(
    readonly id: string,
    readonly address: string,
    private readonly config: VendorConfig,
    private readonly parts: SignerParts,
    private readonly times: VendorTimes,
  ) {
    this.kind = config.kind
    this.keeper = new HealthKeeper(parts.clock, 'ready', parts.onChange)
    this.keeper.set('ready', 'not used yet')
  }

  signTransaction(tx: UnsignedTx, signal: AbortSignal): Promise<Result<Hex, SignerFailure>> {
    return this.timed(() => signTransactionByDigest(tx, (digest, stop) => this.signDigest(digest, stop), signal))
  }

  signTypedData(typedData: TypedData, signal: AbortSignal): Promise<Result<Hex, SignerFailure>> {
    return this.timed(() => signTypedDataByDigest(typedData, this.address, (digest, stop) => this.signDigest(digest, stop), signal))
  }

  health(): SignerHealth {
    return this.keeper.health()
  }

  /** Before the first use only whether it could be reached: nothing of the vendor's is loaded for a look. */
  async check(signal: AbortSignal): Promise<SignerHealth> {
    if (this.refused !== null) return this.health()
    if (this.client === null) {
      const reached = await lightLook(this.config, signal)
      if (reached.ok) this.keeper.set('ready', reached.value)
      else this.keeper.failed(reached.error)
      return this.health()
    }
    const startedMs = this.keeper.started()
    const well = await this.client.ask({ op: 'look' }, this.times.lookMs, signal)
    if (well.ok) this.keeper.succeeded(startedMs)
    else this.keeper.failed(well.error)
    return this.health()
  }

  lock(): Promise<void> {
    this.locks += 1
    this.client?.close()
    this.client = null
    this.refused = null
    this.keeper.set('ready', 'not connected')
    return Promise.resolve()
  }

  private async timed(work: () => Promise<Result<Hex, SignerFailure>>): Promise<Result<Hex, SignerFailure>> {
    const startedMs = this.keeper.started()
    const signed = await work()
    if (signed.ok) this.keeper.succeeded(startedMs)
    else this.keeper.failed(signed.error)
    return signed
  }

  private async signDigest(digest: Hex, signal: AbortSignal): Promise<Result<RawSignature, SignerFailure>> {
    if (signal.aborted) return err({ code: 'TIMEOUT', detail: 'given up before it was asked' })
    const client = await this.connected(signal)
    if (!client.ok) return client
    const answer = await client.value.ask({ op: 'sign', address: this.address, digest }, this.times.signMs, signal)
    if (!answer.ok) return answer
    if (answer.value.kind !== 'signed') return err({ code: 'BAD_ANSWER', detail: 'the helper process answered something else' })
    return ok({ r: BigInt(`0x${answer.value.r}`), s: BigInt(`0x${answer.value.s}`) })
  }

  private connected(signal: AbortSignal): Promise<Result<VendorClient, SignerFailure>> {
    if (this.refused !== null) return Promise.resolve(err(this.refused))
    if (this.client?.alive === true) return Promise.resolve(ok(this.client))
    this.opening ??= this.connect(signal).finally(() => (this.opening = null))
    return this.opening
  }

  private async connect(signal: AbortSignal): Promise<Result<VendorClient, SignerFailure>> {
    const { locks } = this
    const opened = await openClient(this.config, this.parts, this.times, signal)
    if (!opened.ok) {
      if (opened.error.code === 'NOT_AUTHORISED') this.refused = opened.error
      return opened
    }
    const { client, opened: answer } = opened.value
    if (locks !== this.locks) {
      client.close()
      return err({ code: 'LOCKED', detail: 'it was locked meanwhile' })
    }
    const accounts = accountsOf(answer)
    const held =
      accounts.ok && accounts.value.some(({ address, config }) => sameAddress(address, this.address) && isSame(config, this.config))
    if (!held) {
      client.close()
      return err({ code: 'WRONG_ADDRESS', detail: `the configured key is not that of ${this.address}` })
    }
    this.client = client
    client.onEnd(() => {
      if (this.client === client) this.client = null
    })
    return ok(client)
  }
}

async function openClient(
  config: VendorConfig,
  parts: SignerParts,
  times: VendorTimes,
  signal: AbortSignal,
): Promise<Result<{ readonly client: VendorClient; readonly opened: Opened }, SignerFailure>> {
  const secrets: Record<string, Uint8Array> = {}
  try {
    for (const { ref, purpose } of secretUsesOf(config)) {
      const found = await parts.findSecret(ref, purpose)
      if (!found.ok) return found
      secrets[ref] = found.value
    }
    if (config.kind === 'env_private_key') {
      const value = process.env[config.variable]
      if (value === undefined) return err({ code: 'SECRET_UNAVAILABLE', detail: `the variable ${config.variable} is not set` })
      secrets[config.variable] = Buffer.from(value, 'utf8')
    }
    const client = new VendorClient(parts.spawnVendorHost(), parts.scheduler)
    const answered = client.ask({ op: 'open', config, secrets }, times.openMs, signal)
    const answer = await answered
    if (answer.ok && answer.value.kind === 'opened') return ok({ client, opened: answer.value })
    client.close()
    return answer.ok ? err({ code: 'BAD_ANSWER', detail: 'the helper process answered something else' }) : answer
  } finally {
    for (const secret of Object.values(secrets)) secret.fill(0)
  }
}

function accountsOf({ keys }: Opened): Result<readonly OfferedAccount[], SignerFailure> {
  try {
    return ok(keys.map(({ address, where, configJson }) => ({ address, where, config: JSON.parse(configJson) as VendorConfig })))
  } catch {
    return err({ code: 'BAD_ANSWER', detail: 'the helper process named a key that cannot be read' })
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
