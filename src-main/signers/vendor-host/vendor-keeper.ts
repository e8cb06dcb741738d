import type { AwsSecretsSource } from '../../domain/secret-source'
import { SIGNER_FAILURE_CODES, type SignerFailureCode } from '../../domain/signer'
import type { ParentPort } from '../parent-port'
import type { LedgerRequest, VendorAnswer, VendorRequest } from './protocol'
import { type OpenVendor, type Secrets, type VendorConfig } from './vendor'

/** What an answer says where nothing failed. */
export type Outcome = Extract<VendorAnswer, { ok: true }> extends infer T ? (T extends unknown ? Omit<T, 'id' | 'ok'> : never) : never

/** Answers the app inside a vendor host: one vendor's session, one request after another. */
export class VendorKeeper {
  private vendor: OpenVendor | null = null
  private turn: Promise<void> = Promise.resolve()

  constructor(
    private readonly port: ParentPort,
    private readonly open: (config: VendorConfig, secrets: Secrets) => Promise<OpenVendor>,
    private readonly readSecret: (source: AwsSecretsSource, name: string, secrets: Secrets) => Promise<string>,
    private readonly atLedger: (request: LedgerRequest) => Promise<Outcome>,
  ) {
    port.onMessage((message) => {
      // Only the app can write to this channel; what it asks is taken as it is.
      const request = message as VendorRequest
      this.turn = this.turn.then(() => this.answer(request))
    })
  }

  /** Ends the vendor's session. */
  close(): void {
    try {
      this.vendor?.close()
    } catch {
      // The process ends with it.
    }
  }

  private async answer(request: VendorRequest): Promise<void> {
    try {
      this.port.post({ id: request.id, ok: true, ...(await this.carryOut(request)) })
    } catch (thrown) {
      this.port.post({ id: request.id, ok: false, ...failureOf(thrown) })
    }
  }

  private async carryOut(request: VendorRequest): Promise<Outcome> {
    switch (request.op) {
      case 'open': {
        if (this.vendor !== null) throw new Error('open already')
        this.vendor = await this.open(request.config, request.secrets)
        for (const secret of Object.values(request.secrets)) secret.fill(0)
        const keys = this.vendor.keys.map(({ address, where, config }) => ({
          address,
          where: where.slice(0, 200),
          configJson: JSON.stringify(config),
        }))
        return { kind: 'opened', keys: keys.slice(0, 50) }
      }
      case 'sign': {
        const key = this.vendor?.keys.find(({ address }) => address === request.address)
        if (key === undefined) throw new Error('no such key')
        const { r, s } = await key.signDigest(Buffer.from(request.digest.slice(2), 'hex'))
        return { kind: 'signed', r: r.toString(16), s: s.toString(16) }
      }
      case 'read-secret': {
        const text = await this.readSecret(request.source, request.name, request.secrets)
        for (const secret of Object.values(request.secrets)) secret.fill(0)
        return { kind: 'secret', bytes: Buffer.from(text, 'utf8') }
      }
      case 'look':
        if (this.vendor === null) throw new Error('not open')
        await this.vendor.look()
        return { kind: 'well' }
      default:
        return this.atLedger(request)
    }
  }
}

/** The code that a failure carries; what is not known may have signed. */
function failureOf(thrown: unknown): { readonly code: SignerFailureCode; readonly detail: string } {
  const { code, message } = typeof thrown === 'object' && thrown !== null ? (thrown as { code?: unknown; message?: unknown }) : {}
  const known = SIGNER_FAILURE_CODES.find((candidate) => candidate === code)
  return { code: known ?? 'DISCONNECTED', detail: typeof message === 'string' ? message.slice(0, 300) : 'it failed' }
}
