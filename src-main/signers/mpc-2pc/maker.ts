import { ok } from '../../lib/result'
import type { SignerMaker } from '../kind'
import { ControlPlane } from './control-plane'
import { MpcSigner } from './mpc-signer'

/** Two-party ECDSA behind a control plane that the user hosts. */
export const mpcMaker: SignerMaker<'mpc_2pc'> = {
  kind: 'mpc_2pc',
  create: (id, address, config, parts) => new MpcSigner(id, address, config, parts),
  discover: async (config, parts, signal) => {
    const key = await new ControlPlane(config, parts).key(signal)
    return key.ok ? ok([{ address: key.value.address, where: `two parties at ${new URL(config.service.url).host}`, config }]) : key
  },
}
