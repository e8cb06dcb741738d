import type { PolicyProposal, SigningPolicyView, TradingPolicyView } from '../../../src-preload/contract/policy'
import { checksummed } from '../../guards/policy/addresses'
import { defaultPolicy, withChain as tradingWithChain, withSigner } from '../../guards/policy/make-policy'
import { policySchema, type Policy } from '../../guards/policy/policy'
import { importSeedEnv } from '../../guards/policy/seed-env'
import { toJson } from '../../lib/json'
import { err, ok, type Result } from '../../lib/result'
import { importSignerEnv } from '../../signers/policy-wrapper/import-signer-env'
import { fromSetUp } from '../../signers/policy-wrapper/make-signer-policy'
import { keptForm, NOTHING_ALLOWED, signerPolicySchema, type SignerPolicy } from '../../signers/policy-wrapper/signer-policy'
import type { OpenEnvironment } from './compose-environment'
import { chainFacts } from './open-policies'

type Variables = Readonly<Record<string, string | undefined>>
interface Skipped {
  readonly name: string
  readonly why: 'UNKNOWN_NAME' | 'EMPTY' | 'UNREADABLE' | 'CANNOT_BE_OFF'
}

/** A proposal that was read from somewhere, and what of it could not be. */
export interface Draft {
  readonly proposal: PolicyProposal
  readonly skipped: readonly Skipped[]
}

/** The trading policy as windows see it. */
export function tradingView(policy: Policy): TradingPolicyView {
  const { version: _version, ...rest } = toJson(policy)
  return structuredClone(rest) as TradingPolicyView
}

/** The signers' policy as windows see it: addresses in checksum case. */
export function signingView(policy: SignerPolicy): SigningPolicyView {
  const kept = keptForm(policy)
  const shown = (addresses: readonly string[]) => addresses.map((address) => checksummed(address) ?? address)
  return {
    ...kept,
    accounts: shown(kept.accounts),
    contracts: shown(kept.contracts),
    recipients: shown(kept.recipients),
    spenders: shown(kept.spenders),
    tokens: shown(kept.tokens),
  }
}

/** A proposal for the trading policy as the guard would judge by it, or where it is wrong. */
export function readTrading(view: TradingPolicyView): Result<Policy, string> {
  const parsed = policySchema.safeParse({ ...view, version: 1 })
  if (parsed.success) return ok(parsed.data)
  return err(wrongAt(parsed.error.issues))
}

/** A proposal for the signers' policy as the signers' wrapper would judge by it, or where it is wrong. */
export function readSigning(view: SigningPolicyView): Result<SignerPolicy, string> {
  for (const name of ['accounts', 'contracts', 'recipients', 'spenders', 'tokens'] as const) {
    const odd = view[name].find((address) => checksummed(address) === null)
    if (odd !== undefined) return err(`${name}: ${odd} has a wrong checksum`)
  }
  const lower = (addresses: readonly string[]) => addresses.map((address) => address.toLowerCase())
  const parsed = signerPolicySchema.safeParse({
    ...view,
    accounts: lower(view.accounts),
    contracts: lower(view.contracts),
    recipients: lower(view.recipients),
    spenders: lower(view.spenders),
    tokens: lower(view.tokens),
  })
  return parsed.success ? ok(parsed.data) : err(wrongAt(parsed.error.issues))
}

/** What set-up alone would make of the signers and the chain that are there now. */
export function setUpDraft(environment: OpenEnvironment, which: PolicyProposal['which']): PolicyProposal {
  const accounts = environment.signers.list().map(({ address }) => address)
  const { chainProfile } = environment.chain
  const chain = chainProfile === null ? null : chainFacts(chainProfile)
  if (which === 'signing') return { which, policy: signingView(fromSetUp(accounts, chain)) }
  const fresh = defaultPolicy(environment.environment)
  return { which, policy: tradingView(accounts.reduce(withSigner, chain === null ? fresh : tradingWithChain(fresh, chain))) }
}

/** What is in force with the connected chain and the signers joined to it. */
export function joinedDraft(environment: OpenEnvironment, which: PolicyProposal['which']): PolicyProposal {
  const fresh = setUpDraft(environment, which)
  if (fresh.which === 'trading') {
    const now = currentTrading(environment)
    const { chainProfile } = environment.chain
    const withIt = chainProfile === null ? now : tradingWithChain(now, chainFacts(chainProfile))
    return {
      which: 'trading',
      policy: tradingView(
        environment.signers
          .list()
          .map(({ address }) => address)
          .reduce(withSigner, withIt),
      ),
    }
  }
  const now = signingView(currentSigning(environment))
  const { policy } = fresh
  const limits = now.chainIds.length === 0 ? policy : now
  const both = (name: 'accounts' | 'contracts' | 'spenders' | 'tokens') => [...new Set([...now[name], ...policy[name]])]
  return {
    which: 'signing',
    policy: {
      ...now,
      maxGas: limits.maxGas,
      maxFeePerGasWei: limits.maxFeePerGasWei,
      maxCancelFeePerGasWei: limits.maxCancelFeePerGasWei,
      maxDataBytes: limits.maxDataBytes,
      chainIds: [...new Set([...now.chainIds, ...policy.chainIds])],
      accounts: both('accounts'),
      contracts: both('contracts'),
      spenders: both('spenders'),
      tokens: both('tokens'),
    },
  }
}

/** What the documented variables say, on top of what is in force. */
export function variablesDraft(environment: OpenEnvironment, which: PolicyProposal['which'], variables: Variables): Draft {
  if (which === 'trading') {
    const { policy, errors } = importSeedEnv(variables)
    return { proposal: { which, policy: tradingView({ ...currentTrading(environment), ...policy }) }, skipped: errors }
  }
  const { fields, errors } = importSignerEnv(variables)
  return { proposal: { which, policy: signingView({ ...currentSigning(environment), ...fields }) }, skipped: errors }
}

/** Reads a proposal from a file's text: a policy as JSON, or `NAME=value` lines. */
export function textDraft(environment: OpenEnvironment, which: PolicyProposal['which'], text: string): Result<Draft, string> {
  if (!text.trimStart().startsWith('{')) {
    const variables = envLines(text)
    if (Object.keys(variables).length === 0) return err('there is neither a policy nor a variable in it')
    return ok(variablesDraft(environment, which, variables))
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return err('it is not JSON')
  }
  if (which === 'trading') {
    const read = policySchema.safeParse({ version: 1, ...(json as object) })
    return read.success ? ok({ proposal: { which, policy: tradingView(read.data) }, skipped: [] }) : err(wrongAt(read.error.issues))
  }
  const read = signerPolicySchema.safeParse(json)
  return read.success ? ok({ proposal: { which, policy: signingView(read.data) }, skipped: [] }) : err(wrongAt(read.error.issues))
}

function currentTrading({ policy, environment }: OpenEnvironment): Policy {
  const state = policy.state()
  return state.kind === 'loaded' ? state.policy : defaultPolicy(environment)
}

function currentSigning({ signerPolicy }: OpenEnvironment): SignerPolicy {
  const state = signerPolicy.state()
  return state.kind === 'loaded' ? state.policy : NOTHING_ALLOWED
}

/** `NAME=value` lines as shells and Docker write them; comments and blank lines left out. */
function envLines(text: string): Record<string, string> {
  const entries = text
    .split(/\r?\n/)
    .map((line) => /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line))
    .filter((match) => match !== null)
    .map(([, name = '', value = '']): [string, string] => [name, value.replace(/^(["'])(.*)\1$/, '$2')])
  return Object.fromEntries(entries)
}

function wrongAt(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const [issue] = issues
  return issue === undefined ? 'it is not sound' : `${issue.path.map(String).join('.')}: ${issue.message}`.slice(0, 200)
}
