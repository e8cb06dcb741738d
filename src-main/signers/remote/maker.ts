import { getAddress } from 'ethers/address'

import { ok } from '../../lib/result'
import type { SignerMaker } from '../kind'
import { DIALECTS, RemoteSigner, sendTo } from './remote-signer'

/** Signing services of the user's own: Web3Signer, Clef, and whatever speaks the intent form. */
export const remoteMaker: SignerMaker<'remote'> = {
  kind: 'remote',
  create: (id, address, config, parts) => new RemoteSigner(id, address, config, parts),
  discover: async (config, parts, signal, onInteraction) => {
    const dialect = DIALECTS[config.dialect]
    const tell = dialect.attended ? onInteraction : undefined
    try {
      const held = await dialect.accounts(sendTo(config, parts, signal), () => tell?.('confirm-elsewhere'))
      if (!held.ok) return held
      const where = `${dialect.name} at ${new URL(config.service.url).host}${config.service.url.startsWith('http:') ? ', without TLS' : ''}`
      return ok([...new Set(held.value.map((one) => getAddress(one.toLowerCase())))].map((address) => ({ address, where, config })))
    } finally {
      tell?.('none')
    }
  },
}
