import type { EnvPrivateKeyConfig } from '../../../src-main/domain/signer'
import { SIGNER_ADDRESS, SIGNER_KEY } from '../app/bench-chain'
import type { SignerPart } from './part'

/** The variable that holds the key. */
export const ENV_KEY_VARIABLE = 'HOLDFAST_TEST_PRIVATE_KEY'

/** A key in a variable of this process. */
export function startEnvKeyPart(): SignerPart<EnvPrivateKeyConfig> {
  process.env[ENV_KEY_VARIABLE] = SIGNER_KEY
  return {
    address: SIGNER_ADDRESS,
    secrets: {},
    env: { [ENV_KEY_VARIABLE]: SIGNER_KEY },
    config: { kind: 'env_private_key', variable: ENV_KEY_VARIABLE },
    misbehave: () => {
      throw new Error('nothing lies between us and the key')
    },
    close: () => {
      delete process.env['HOLDFAST_TEST_PRIVATE_KEY']
      return Promise.resolve()
    },
  }
}
