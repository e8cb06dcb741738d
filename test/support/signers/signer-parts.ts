import { systemRandom } from '../../../src-main/app/random'
import { systemClock, systemScheduler } from '../../../src-main/lib/clock'
import { err, ok } from '../../../src-main/lib/result'
import type { SignerParts } from '../../../src-main/signers/kind'

/** The parts of a signer in a test: real time and randomness, secrets out of a table. */
export function signerParts(secrets: Readonly<Record<string, string>>, replaced: Partial<SignerParts> = {}): SignerParts {
  return {
    environment: 'testnet',
    clock: systemClock,
    scheduler: systemScheduler,
    random: systemRandom,
    findSecret: (ref) => {
      const secret = secrets[ref]
      return Promise.resolve(
        secret === undefined ? err({ code: 'SECRET_UNAVAILABLE', detail: `${ref}: not found` }) : ok(Buffer.from(secret, 'utf8')),
      )
    },
    spawnVendorHost: () => {
      throw new Error('this kind has no vendor library')
    },
    onChange: () => undefined,
    ...replaced,
  }
}
