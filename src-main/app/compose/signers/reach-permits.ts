import type { SecretStore } from '../../../credentials/secret-store'
import type { ActChange } from '../../../domain/admin-act'
import type { SecretSource } from '../../../domain/secret-source'
import { secretUsesOf, type SecretPurpose, type SecretUse } from '../../../domain/secret-use'
import type { SecretRef, SignerConfig } from '../../../domain/signer'
import { err, ok, type Result } from '../../../lib/result'
import { checkLibrary } from '../../../signers/pkcs11/library-path'
import type { SignerFailure } from '../../../signers/signer'
import type { Database } from '../../../storage/database'
import { visible } from '../../views/visible'
import { keptConfigs } from './kept-configs'
import { reachOf } from './reach-of'

/** One thing that needs leave: a place that is spoken to, a secret that goes there, or a library that is loaded. */
type Permit =
  | { readonly what: 'place'; readonly reach: string }
  | { readonly what: 'secret'; readonly use: SecretUse; readonly reach: string }
  | { readonly what: 'library'; readonly path: string }

/** What a config needs beyond what is allowed already. */
export interface Needed {
  /** What a person must allow first, as it is shown; empty when nobody has to be asked. */
  readonly asked: readonly ActChange[]
  /** To what it leads, in few words. */
  readonly subject: string
  /** Takes note that all of it is allowed. */
  readonly allow: () => void
}

/** What each secret is called where a person is asked for it. */
const PURPOSE_NAMES: Readonly<Record<SecretPurpose, string>> = {
  pin: 'PIN',
  token: 'Access token',
  'client-key': 'Client key',
  'access-key': 'Secret access key',
  'session-token': 'Session token',
  'service-account': 'Service account',
  'client-secret': 'Client secret',
}

/**
 * Which places are spoken to, where secrets may go, and which libraries may be loaded, without a person being asked (product row P1). A page names all of them, and
 * a page is not trusted: what it has main send to a server of its own leaves the machine past the content policy. A place is one that is kept, or that a person
 * let it speak to in this set-up; a secret goes where it goes already, where a person let it go, or, typed in this set-up, to the first place that it is given to.
 */
export class ReachPermits {
  /** Typed in this set-up. */
  readonly #typed = new Set<SecretRef>()
  /** Allowed in this set-up. */
  readonly #allowed = new Map<string, Permit>()
  /** How many set-ups were left. */
  #leavings = 0

  constructor(private readonly parts: { readonly db: Database; readonly store: Pick<SecretStore, 'nameOf'> }) {}

  /** A secret was typed in the main-owned window. */
  typed(ref: SecretRef): void {
    this.#typed.add(ref)
  }

  /** The set-up was left: what counted for it counts no more. */
  left(): void {
    this.#leavings += 1
    this.#typed.clear()
    this.#allowed.clear()
  }

  /** What a proposed config needs. Fails, before anybody is asked, on a secret that is not there or is for something else, and on a library that may not be loaded. */
  needs(config: SignerConfig | SecretSource): Result<Needed, SignerFailure> {
    const reach = reachIn(config)
    if (reach === 'unreadable') return err({ code: 'NOT_SUPPORTED', detail: 'its address cannot be read' })
    for (const use of secretUsesOf(config)) {
      const why = this.#whyNot(use)
      if (why !== null) return err({ code: 'SECRET_UNAVAILABLE', detail: `${use.ref}: ${why}` })
    }
    const library = config.kind === 'pkcs11' ? checkLibrary(config.libraryPath) : null
    if (library !== null && !library.ok) return library
    const permits = permitsOf(config)
    const known = this.#known()
    const lacking = permits.filter((permit) => !known.has(keyOf(permit)))
    const toAsk = lacking.filter((permit) => !this.#isNew(permit, known))
    const leavings = this.#leavings
    const allow = (): void => {
      // What was allowed for a set-up that was left meanwhile is done once, and has no tomorrow.
      if (leavings === this.#leavings) for (const permit of permits) this.#allowed.set(keyOf(permit), permit)
    }
    if (toAsk.length === 0) return ok({ asked: [], subject: '', allow })
    // All that is not allowed yet is shown, so that what is allowed by the answer was seen.
    const secrets = lacking.flatMap((permit) => (permit.what === 'secret' ? [this.#line(permit.use)] : []))
    const libraries = lacking.flatMap((permit) => (permit.what === 'library' ? [added('Loads the library', visible(permit.path))] : []))
    const facts = reach === null ? [] : reach.facts.map(({ label, value }) => added(label, value))
    return ok({ asked: [...libraries, ...secrets, ...facts], subject: reach?.place ?? '', allow })
  }

  /** Whether a signer or place that is kept, or one that a person allowed in this set-up, names a reference: that it is there is no news then. */
  isNamed(ref: SecretRef): boolean {
    return [...this.#known().values()].some((permit) => permit.what === 'secret' && permit.use.ref === ref)
  }

  /** A reference as a person knows it: what the secret is called, or where it lies; never what it is. */
  nameOf(ref: SecretRef): string {
    const id = ownIdOf(ref)
    const kept = id === null ? null : this.parts.store.nameOf(id)
    return kept === null ? visible(ref) : visible(`“${kept.label}”, kept here (${ref.slice('secret:'.length, 'secret:'.length + 8)})`)
  }

  #whyNot({ ref, purpose }: SecretUse): string | null {
    const id = ownIdOf(ref)
    if (id === null) return null
    const kept = this.parts.store.nameOf(id)
    if (kept === null) return 'NOT_FOUND'
    return kept.purpose === purpose ? null : 'OTHER_PURPOSE'
  }

  #known(): ReadonlyMap<string, Permit> {
    const kept = keptConfigs(this.parts.db).flatMap((config) => (config === null ? [] : permitsOf(config)))
    return new Map([...kept.map((permit) => [keyOf(permit), permit] as const), ...this.#allowed])
  }

  /** Typed for this set-up, and given to nothing yet. */
  #isNew(permit: Permit, known: ReadonlyMap<string, Permit>): boolean {
    if (permit.what !== 'secret' || !this.#typed.has(permit.use.ref)) return false
    return ![...known.values()].some((other) => other.what === 'secret' && other.use.ref === permit.use.ref)
  }

  #line({ purpose, ref }: SecretUse): ActChange {
    return added(`Uses the ${PURPOSE_NAMES[purpose]}`, this.nameOf(ref))
  }
}

function permitsOf(config: SignerConfig | SecretSource): readonly Permit[] {
  const reach = reachIn(config)
  if (reach === null || reach === 'unreadable') return []
  const secrets = secretUsesOf(config).map((use): Permit => ({ what: 'secret', use, reach: reach.id }))
  const library = config.kind === 'pkcs11' ? checkLibrary(config.libraryPath) : null
  return [
    ...(library?.ok === true ? [{ what: 'library', path: library.value } as const] : []),
    ...(reach.isDialed ? [{ what: 'place', reach: reach.id } as const] : []),
    ...secrets,
  ]
}

function reachIn(config: SignerConfig | SecretSource): ReturnType<typeof reachOf> | 'unreadable' {
  try {
    return reachOf(config)
  } catch {
    return 'unreadable'
  }
}

function keyOf(permit: Permit): string {
  switch (permit.what) {
    case 'library':
      return JSON.stringify(['library', permit.path])
    case 'place':
      return JSON.stringify(['place', permit.reach])
    case 'secret':
      return JSON.stringify(['secret', permit.use.purpose, permit.use.ref, permit.reach])
  }
}

function ownIdOf(ref: SecretRef): string | null {
  return ref.startsWith('secret:') ? ref.slice('secret:'.length) : null
}

function added(label: string, after: string): ActChange {
  return { label, before: null, after }
}
