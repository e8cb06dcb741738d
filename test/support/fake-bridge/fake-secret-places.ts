import type { CallInput, CallOutput } from '../../../src-preload/contract'
import type { SecretSourceView } from '../../../src-preload/contract/signers'
import type { Scenario } from './scenario'

type Names = 'secrets.sources' | 'secrets.setSource' | 'secrets.try'

/** Where secrets lie outside of the app: a vault in the scenario of all signers. References with `hsm` in them can be read. */
export class FakeSecretPlaces {
  private places: readonly SecretSourceView[]

  constructor({ signers }: Scenario) {
    this.places =
      signers === 'all-kinds'
        ? [
            {
              kind: 'vault',
              service: {
                url: 'https://vault.example.org:8200',
                timeoutMs: 10_000,
                trust: { type: 'pin', sha256: 'ab'.repeat(32) },
                clientCertificate: null,
              },
              tokenRef: 'secret:00000000-0000-4000-8000-000000000001',
            },
          ]
        : []
  }

  readonly handlers: { readonly [N in Names]: (input: CallInput<N>) => CallOutput<N> } = {
    'secrets.sources': () => [...this.places],
    'secrets.setSource': ({ kind, source }) => {
      this.places = [...this.places.filter((place) => place.kind !== kind), ...(source === null ? [] : [source])]
      return { done: true }
    },
    'secrets.try': ({ ref }) => {
      if (!this.places.some(({ kind }) => ref.startsWith(`${kind}:`))) return { found: false, detail: `${ref}: no vault is configured` }
      return ref.includes('hsm')
        ? { found: true, detail: '' }
        : { found: false, detail: `${ref}: the vault does not let this token read it` }
    },
  }
}
