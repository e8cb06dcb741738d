import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { AuditAppender } from '../../domain/audit-event'
import { sameAddress } from '../../domain/evm'
import type { Environment } from '../../domain/environment'
import type { PolicyState } from '../../guards/guard'
import { defaultPolicy, policyForChain } from '../../guards/policy/make-policy'
import { loadPolicy, policyText, type Policy } from '../../guards/policy/policy'
import { describeError } from '../../lib/errors'
import { writeFileAtomic } from '../../storage/atomic-file'
import type { ChainProfile } from '../../venues/dex/chain-profile'

/**
 * An environment's policy, as a settings file (product row C6). It is read once, when the environment opens: an edit while the app runs takes effect at the
 * next opening, and a file that is not a sound policy denies everything it guards.
 */
export class PolicyFile {
  readonly path: string
  private current: PolicyState

  constructor(
    folder: string,
    environment: Environment,
    private readonly audit: AuditAppender,
  ) {
    this.path = join(folder, 'policy.json')
    this.current = existsSync(this.path) ? this.read() : this.write(defaultPolicy(environment), 'made for a fresh environment')
  }

  /** The policy in force, or why there is none. */
  readonly state = (): PolicyState => this.current

  /** The file's text as it is now, for showing. */
  text(): string {
    try {
      return JSON.stringify(JSON.parse(readFileSync(this.path, 'utf8')), null, 2)
    } catch {
      return ''
    }
  }

  /**
   * Lets the environment trade on this chain too. A policy that already names the chain, perhaps narrowed by hand, is left as it is; limits that
   * somebody set stay, only what the chain brings is added.
   */
  allowChain(profile: ChainProfile, signers: readonly string[]): void {
    if (this.current.kind !== 'loaded' || this.current.policy.chainIds.includes(profile.chainId)) return
    const policy = policyForChain({
      chainId: profile.chainId,
      signers,
      routers: [profile.uniswapV3.swapRouter, profile.uniswapV2.router],
      tokens: profile.tokens.map(({ address }) => address),
      version: this.current.policy.version + 1,
    })
    this.current = this.write(merged(this.current.policy, policy), `chain ${profile.chainId} was configured`)
  }

  /** Lets a signer that the person added sign. */
  allowSigner(address: string): void {
    if (this.current.kind !== 'loaded') return
    const { policy } = this.current
    if (policy.signerAddresses.some((known) => sameAddress(known, address))) return
    this.current = this.write(
      { ...policy, version: policy.version + 1, signerAddresses: [...policy.signerAddresses, address] },
      'a signer was added',
    )
  }

  private read(): PolicyState {
    try {
      return loadPolicy(readFileSync(this.path, 'utf8'))
    } catch (thrown) {
      return { kind: 'unreadable', why: describeError(thrown) }
    }
  }

  private write(policy: Policy, why: string): PolicyState {
    const text = policyText(policy)
    this.audit.append({
      category: 'SYSTEM_EVENT',
      severity: 'medium',
      type: 'PolicyChanged',
      actor: 'operator',
      subject: null,
      data: { why, policy: text },
    })
    writeFileAtomic(this.path, text)
    return loadPolicy(text)
  }
}

/** The chain's own lists joined to the old ones. The first chain brings its limits with it; later ones leave them alone. */
function merged(before: Policy, chain: Policy): Policy {
  if (before.chainIds.length === 0) return { ...chain, signerAddresses: union(before.signerAddresses, chain.signerAddresses) }
  return {
    ...before,
    version: chain.version,
    venues: union(before.venues, chain.venues),
    signerAddresses: union(before.signerAddresses, chain.signerAddresses),
    chainIds: union(before.chainIds, chain.chainIds),
    toAddresses: union(before.toAddresses, chain.toAddresses),
    spenders: union(before.spenders, chain.spenders),
    tokens: union(before.tokens, chain.tokens),
  }
}

function union<T>(before: readonly T[], added: readonly T[]): readonly T[] {
  return [...new Set([...before, ...added])]
}
