import type { SignerConfig } from '../../../src-main/domain/signer'
import type { HostileAnswer } from './hostile-answers'

/** The real part behind a signer, as tests start it: a device, a service, a token. */
export interface SignerPart<C extends SignerConfig = SignerConfig> {
  readonly config: C
  /** What the references in the config stand for. */
  readonly secrets: Readonly<Record<string, string>>
  /** The account that it signs for. */
  readonly address: string
  /** What the app's own process needs in its environment. */
  readonly env?: Readonly<Record<string, string>>
  misbehave(how: HostileAnswer): void
  close(): Promise<void>
}

/** A reference to a stored secret, by number. */
export const secretRef = (number: number): string => `secret:00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
