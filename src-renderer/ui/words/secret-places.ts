import type { SecretSourceView } from '../../../src-preload/contract/signers'
import type { Said } from './said'

/** What a place for secrets is called, what is read there, and how a secret in it is named. */
export const SECRET_PLACE_WORDS: Readonly<
  Record<SecretSourceView['kind'], { readonly name: string; readonly about: string; readonly form: string; readonly example: string }>
> = {
  vault: {
    name: 'HashiCorp Vault',
    about: 'One field of the newest version of a secret in a KV version 2 engine.',
    form: 'vault:<mount>/<path>#<field>',
    example: 'vault:kv/holdfast/hsm#pin',
  },
  'aws-sm': {
    name: 'AWS Secrets Manager',
    about: 'The current text of a secret, or one field of it where it is JSON.',
    form: 'aws-sm:<name>#<field>',
    example: 'aws-sm:holdfast/hsm#pin',
  },
}

/** What to do, by what main says of a place; the first that fits. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/is configured$/, 'Set that place up first.'],
  [/^UNTRUSTED_SERVER/, 'Find out why its certificate is another one before you trust it.'],
  [/^NOT_AUTHORISED|does not let this token/, 'Check that the token or access key is right, and that it may read exactly this secret.'],
  [/^SECRET_UNAVAILABLE|no such secret|no text field/, 'Compare the reference with the store, letter by letter.'],
  [/sealed$/, 'Have the vault unsealed.'],
  [/^(?:UNAVAILABLE|TIMEOUT|DISCONNECTED)/, 'Check that it is on and can be reached from this computer.'],
]

/** Why a secret cannot be read, in sentences, with what main says of it. */
export function sayUnreadable(ref: string, detail: string): { readonly said: Said; readonly note: string } {
  const note = detail.startsWith(`${ref}: `) ? detail.slice(ref.length + 2) : detail
  return {
    said: {
      what: 'It cannot be read now.',
      means: 'A signer that needs it would not sign.',
      now: ADVICE.find(([pattern]) => pattern.test(note))?.[1] ?? 'Put right what is said here, and try again.',
    },
    note,
  }
}
