import type { Hex } from '../../../src-main/domain/evm'
import type { ConfigOf } from '../../../src-main/domain/signer'
import type { VendorHostPort } from '../../../src-main/signers/vendor-host/protocol'
import type { VendorKind } from '../../../src-main/signers/vendor-host/vendor'
import { vendorMaker, type VendorTimes } from '../../../src-main/signers/vendor-host/vendor-signer'
import type { OpenRig } from './contract'
import { hostileDigestSignature, type HostileAnswer } from './hostile-answers'
import type { SignerPart } from './part'
import { forkVendorHost } from './fork-vendor-host'
import { signerParts } from './signer-parts'

/** Long enough for a helper that starts from TypeScript, short for what never answers. */
export const RIG_TIMES: VendorTimes = { openMs: 30_000, signMs: 1_500, lookMs: 1_500 }

/** Why these cannot come from a signer of bare digests. */
const NEVER_SHOWN = 'it is never shown a transaction: the bytes are made here, and only their digest is signed'
export const DIGEST_NOT_APPLICABLE = {
  'changed-to': NEVER_SHOWN,
  'changed-value': NEVER_SHOWN,
  'changed-data': NEVER_SHOWN,
  'changed-nonce': NEVER_SHOWN,
  'changed-chain': NEVER_SHOWN,
  'changed-fee': NEVER_SHOWN,
  'changed-tip': NEVER_SHOWN,
  'changed-gas': NEVER_SHOWN,
  'added-access-list': NEVER_SHOWN,
  legacy: NEVER_SHOWN,
  'other-type': NEVER_SHOWN,
  'high-s': 'it is the same signature in its other form, made low here; the suite meets it in honest answers',
  'other-parity': 'it answers r and s alone: which parity is the account’s is found here',
} as const

/** A rig of a kind that lives in the vendor host, over its real part. */
export function vendorRig<K extends VendorKind>(kind: K, start: () => Promise<SignerPart<ConfigOf<K>>> | SignerPart<ConfigOf<K>>): OpenRig {
  return async () => {
    const part = await start()
    const signer = vendorMaker(kind, RIG_TIMES).create(
      'signer-1',
      part.address,
      part.config,
      signerParts(part.secrets, { spawnVendorHost: () => forkVendorHost(part.env) }),
    )
    return {
      signer,
      misbehave: (how) => {
        part.misbehave(how)
      },
      close: async () => {
        await signer.lock()
        await part.close()
      },
    }
  }
}

/** The same where nothing lies between us and the library that could misbehave: a helper process that was taken over answers in its place. */
export function takenOverRig<K extends VendorKind>(
  kind: K,
  privateKey: string,
  start: () => Promise<SignerPart<ConfigOf<K>>> | SignerPart<ConfigOf<K>>,
): OpenRig {
  return async () => {
    const part = await start()
    const parts = signerParts(part.secrets, { spawnVendorHost: () => forkVendorHost(part.env) })
    let how: HostileAnswer | null = null
    const spawnVendorHost = (): VendorHostPort => takenOver(parts.spawnVendorHost(), privateKey, () => how)
    const signer = vendorMaker(kind, RIG_TIMES).create('signer-1', part.address, part.config, { ...parts, spawnVendorHost })
    return {
      signer,
      misbehave: (next) => {
        how = next
      },
      close: async () => {
        await signer.lock()
        await part.close()
      },
    }
  }
}

function takenOver(host: VendorHostPort, privateKey: string, how: () => HostileAnswer | null): VendorHostPort {
  let digest: Hex = '0x'
  return {
    ...host,
    post: (message) => {
      if (message.op === 'sign') digest = message.digest as Hex
      if (message.op === 'sign' && how() === 'reset') host.kill()
      else host.post(message)
    },
    onMessage: (listener) => {
      host.onMessage((message) => {
        const now = how()
        const answer = message as { readonly kind?: unknown; readonly id?: unknown }
        if (now === null || answer.kind !== 'signed') listener(message)
        else if (now === 'other-key' || now === 'other-digest') {
          const { r, s } = hostileDigestSignature(digest, privateKey, now)
          listener({ ...answer, r: r.toString(16), s: s.toString(16) })
        } else if (now === 'garbage') listener({ ...answer, r: 'not a number' })
        else if (now === 'empty') listener({ ...answer, r: '0', s: '0' })
        else if (now === 'oversized') listener({ ...answer, r: 'f'.repeat(1_000_000) })
      })
    },
  }
}
