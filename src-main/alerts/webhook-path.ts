import type { Vault } from '../credentials/credentials'
import type { AlertRecord } from './record'
import { inForce, openSecret } from './secrets'
import type { SealedSecret, WebhookSettings } from './settings'
import { WebhookSender, type WebhookHealth, type WebhookSenderParts, type WebhookTarget } from './webhook-sender'

/** What the way to the webhook works with. */
export interface WebhookPathParts extends Omit<WebhookSenderParts, 'target'> {
  readonly vault: Vault
  readonly settings: () => WebhookSettings | null
  /** What to say to an address that is left; null for nothing. */
  readonly farewell: () => AlertRecord | null
  /** A secret could not be unsealed. */
  readonly onFault: (what: string, thrown: unknown) => void
}

/** The way to one environment's webhook: its address, its unsealed secrets, and what sends. */
export class WebhookPath {
  readonly #parts: WebhookPathParts
  readonly #sender: WebhookSender
  /** By fingerprint; one that could not be unsealed is missing. */
  readonly #secrets = new Map<string, Buffer>()

  constructor(parts: WebhookPathParts) {
    this.#parts = parts
    this.#sender = new WebhookSender({
      ...parts,
      target: () => this.#target(),
      onHealth: (health) => {
        // The keychain may have been unlocked since.
        if (health.lastFailure?.why === 'NO_SECRET') void this.unseal()
        parts.onHealth(health)
      },
    })
  }

  /** How it fares. */
  get health(): WebhookHealth {
    return this.#sender.health
  }

  /** Something may be due. */
  wake(): void {
    this.#sender.wake()
  }

  /** Opens the secrets that are in use and wipes the others; false where one could not be opened. Never throws. */
  async unseal(): Promise<boolean> {
    const wanted = this.#parts.settings()?.secrets ?? []
    let whole = true
    for (const sealed of wanted) {
      if (this.#secrets.has(sealed.fingerprint)) continue
      const secret = await this.#open(sealed)
      if (secret === null) whole = false
      else this.#secrets.set(sealed.fingerprint, secret)
    }
    for (const [fingerprint, secret] of this.#secrets) {
      if (wanted.some((each) => each.fingerprint === fingerprint)) continue
      secret.fill(0)
      this.#secrets.delete(fingerprint)
    }
    return whole
  }

  /** Its settings changed from these: what failed before says nothing of another address or secret. */
  async changed(before: WebhookSettings | null): Promise<void> {
    const next = this.#parts.settings()
    if (before !== null && before.url !== next?.url) this.#sayFarewell(before)
    await this.unseal()
    if (before?.url !== next?.url || before?.secrets[0]?.fingerprint !== next?.secrets[0]?.fingerprint) this.#sender.reset()
  }

  /** Ends, and forgets the secrets. What is due stays due. */
  close(): void {
    this.#sender.stop()
    for (const secret of this.#secrets.values()) secret.fill(0)
    this.#secrets.clear()
  }

  /** Whoever reads at the address that is left learns that it was left. The message is signed within this turn, before its secret is wiped. */
  #sayFarewell(left: WebhookSettings): void {
    const news = this.#parts.farewell()
    if (news === null) return
    this.#sender.farewell(this.#targetOf(left), news).catch((thrown: unknown) => {
      this.#parts.onFault('the last message to the old webhook', thrown)
    })
  }

  #target(): WebhookTarget | null {
    const settings = this.#parts.settings()
    return settings === null ? null : this.#targetOf(settings)
  }

  #targetOf({ url, secrets }: WebhookSettings): WebhookTarget {
    const signing = inForce(secrets, this.#parts.clock.wallMs())
    return { url: new URL(url), secrets: signing.flatMap(({ fingerprint }) => this.#secrets.get(fingerprint) ?? []) }
  }

  async #open(sealed: SealedSecret): Promise<Buffer | null> {
    try {
      const secret = await openSecret(this.#parts.vault, sealed)
      if (secret.ok) return secret.value
      this.#parts.onFault(`a secret of the webhook: ${secret.error}`, null)
    } catch (thrown) {
      this.#parts.onFault('a secret of the webhook', thrown)
    }
    return null
  }
}
