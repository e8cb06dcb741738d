import { hkdfSync } from 'node:crypto'
import { join } from 'node:path'

import { z } from 'zod'

import type { AuditAppender } from '../../domain/audit-event'
import type { Environment } from '../../domain/environment'
import { PolicyStore } from '../../engine/policy/policy-store'
import { withChain as tradingWithChain, withSigner } from '../../guards/policy/make-policy'
import type { Clock } from '../../lib/clock'
import { withAccount, withChain } from '../../signers/policy-wrapper/make-signer-policy'
import { SignerPolicyFile, type SignerPolicyAnchor } from '../../signers/policy-wrapper/signer-policy-file'
import type { Database } from '../../storage/database'
import { StoredSetting, type SettingKind } from '../../storage/stored-setting'
import type { ChainProfile } from '../../venues/dex/chain-profile'

/** Parts of {@link openPolicies}. */
export interface PolicyParts {
  readonly db: Database
  readonly key: Buffer
  /** The environment's own folder. */
  readonly folder: string
  readonly environment: Environment
  readonly audit: AuditAppender
  readonly clock: Clock
  /** Who is at the app now. */
  readonly actor: () => string
}

/** What set-up does to the policies by itself, as long as nobody has changed them; afterwards it waits for a person. */
export interface PolicySetUp {
  /** A signer was added. */
  addSigner(address: string): void
  /** A chain was connected. */
  connectChain(profile: ChainProfile, signers: readonly string[]): void
}

/** Opens both policies. Each is loaded by its own code from its own place, and vouched for by a key of its own. */
export function openPolicies({ db, key, folder, environment, audit, clock, actor }: PolicyParts): {
  readonly policy: PolicyStore
  readonly signerPolicy: SignerPolicyFile
  readonly setUp: PolicySetUp
} {
  const keyFor = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', key, '', purpose, 32))
  const policy = new PolicyStore({ db, environment, macKey: keyFor('holdfast trading policy'), audit, clock })
  const signerPolicy = new SignerPolicyFile({
    path: join(folder, 'signer-policy.jsonl'),
    macKey: keyFor('holdfast signer policy'),
    anchor: anchorIn(db, clock),
    audit,
    clock,
  })
  return { policy, signerPolicy, setUp: setUpOf(policy, signerPolicy, actor) }
}

/** What of a chain profile policies are made from. */
export function chainFacts({ chainId, uniswapV2, uniswapV3, tokens }: ChainProfile): {
  readonly chainId: number
  readonly routers: readonly string[]
  readonly tokens: readonly string[]
} {
  return { chainId, routers: [...new Set([uniswapV3.swapRouter, uniswapV2.router])], tokens: tokens.map(({ address }) => address) }
}

function setUpOf(policy: PolicyStore, signerPolicy: SignerPolicyFile, actor: () => string): PolicySetUp {
  const author = (reason: string) => ({ actor: actor(), reason, origin: 'set-up' }) as const
  return {
    addSigner(address) {
      const reason = `signer ${address} was added`
      const state = policy.state()
      if (state.kind === 'loaded' && policy.isFromSetUp) policy.change(withSigner(state.policy, address), author(reason))
      const other = signerPolicy.state()
      if (other.kind === 'loaded' && signerPolicy.isFromSetUp) signerPolicy.change(withAccount(other.policy, address), author(reason))
    },
    connectChain(profile, signers) {
      const reason = `chain ${profile.chainId} was connected`
      const state = policy.state()
      if (state.kind === 'loaded' && policy.isFromSetUp)
        policy.change(signers.reduce(withSigner, tradingWithChain(state.policy, chainFacts(profile))), author(reason))
      const other = signerPolicy.state()
      if (other.kind === 'loaded' && signerPolicy.isFromSetUp)
        signerPolicy.change(signers.reduce(withAccount, withChain(other.policy, chainFacts(profile))), author(reason))
    },
  }
}

const newestSchema = z.strictObject({ version: z.int().min(1), hash: z.string().regex(/^[0-9a-f]{64}$/) })

const NEWEST: SettingKind<z.output<typeof newestSchema> | null> = {
  key: 'signer-policy-newest',
  schema: newestSchema,
  fresh: null,
  // Fits no version: then the policy is not believed.
  unreadable: { version: Number.MAX_SAFE_INTEGER, hash: '' },
}

/** Number and hash of the newest version, kept in the database: an older file in the place of the newest is noticed. */
function anchorIn(db: Database, clock: Clock): SignerPolicyAnchor {
  const stored = new StoredSetting(db, clock, NEWEST)
  return {
    read: () => stored.load(),
    write: (newest) => {
      stored.save(newest)
    },
  }
}
