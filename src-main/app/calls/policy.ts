import type { PoliciesView, PolicyKind, PolicyProposal, PolicyVersionView } from '../../../src-preload/contract/policy'
import type { Problem, Reply } from '../../../src-preload/contract/problem'
import type { ActChange } from '../../domain/admin-act'
import { sameAddress } from '../../domain/evm'
import { barsCancels, comparePolicies } from '../../guards/policy/compare-policies'
import { policyText } from '../../guards/policy/policy'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import { barsSignerCancels, compareSignerPolicies } from '../../signers/policy-wrapper/compare-signer-policies'
import type { OpenEnvironment } from '../compose/compose-environment'
import {
  type Draft,
  joinedDraft,
  readSigning,
  readTrading,
  setUpDraft,
  signingView,
  textDraft,
  tradingView,
  variablesDraft,
} from '../compose/policy-drafts'
import type { AppContext } from '../context'
import { readChosenFile } from './chosen-file'
import { inEnvironment } from './in-environment'
import { POLICY_LABELS } from '../views/policy-labels'
import { policyNames } from '../views/policy-names'
import { MOST_CHANGES, shownChanges } from '../views/shown-changes'

type Names = Extract<keyof AppCalls, `policy.${string}`>
type Change = PolicyVersionView['changes'] extends readonly (infer T)[] | null ? T : never

const MAX_FILE_BYTES = 1_000_000
const SUBJECTS: Readonly<Record<PolicyKind, string>> = { trading: 'trading policy', signing: 'signing policy' }

const STALE: Problem = { code: 'CHECK_BLOCKED', figures: { detail: 'The policy was changed meanwhile. Look at it again.' } }

/**
 * Calls about the two policies (product rows C6, C7). What only tightens is done at once and recorded; what loosens is authorised, and so is taking away from
 * what a cancel needs: whoever may only look must not be able to keep a halt from cancelling what is out.
 */
export function policyCalls(context: AppContext): Pick<AppCalls, Names> {
  const act = 'change-policy'
  /** What was imported last: a change to just that is recorded as one. */
  let imported = ''
  return {
    'policy.get': () => inEnvironment(context, (environment) => valueReply(policiesView(context, environment))),
    'policy.history': ({ which }) => inEnvironment(context, (environment) => valueReply(historyOf(environment, which))),
    'policy.version': ({ which, version }) =>
      inEnvironment(context, (environment) => {
        const proposal = proposalOf(environment, which, version)
        return proposal === null ? problemReply('NOT_FOUND') : valueReply(proposal)
      }),
    'policy.compare': ({ proposal }) =>
      inEnvironment(context, (environment) => {
        const weighed = weigh(environment, proposal)
        const base = versionOf(environment, proposal.which)
        return valueReply(
          'wrong' in weighed
            ? { wrong: weighed.wrong, base, changes: [] }
            : { wrong: null, base, changes: weighed.changes.slice(0, 20_000) },
        )
      }),
    'policy.change': ({ proposal, base, reason }) =>
      inEnvironment(context, async (environment) => {
        const weighed = weigh(environment, proposal)
        if ('wrong' in weighed) return problemReply('INVALID_INPUT', { where: weighed.wrong })
        const isStale = () => versionOf(environment, proposal.which) !== base
        if (isStale()) return { ok: false, problem: STALE }
        const { changes } = weighed
        if (changes.length === 0) return valueReply({ done: true })
        const origin = originOf(environment, proposal, imported)
        if (!changes.some(asks)) {
          weighed.carryOut({ actor: context.actor(), reason, origin })
          context.statusChanged()
          return valueReply({ done: true })
        }
        if (changes.length > MOST_CHANGES)
          return problemReply('CHECK_BLOCKED', {
            detail: `${changes.length} changes at once are more than the window can show: make them in steps of ${MOST_CHANGES}.`,
          })
        const request = {
          act,
          subject: SUBJECTS[proposal.which],
          reason,
          changes: changes.map(actChange),
          checks: [],
          approvalsAtLeast: 1,
        } as const
        return context.authorise(request, ({ by }) => {
          if (isStale()) return STALE
          weighed.carryOut({ actor: by.join(', '), reason, origin })
          context.statusChanged()
          return null
        })
      }),
    'policy.import': ({ which, from }) =>
      inEnvironment(context, async (environment) => {
        const draft = await readDraft(context, environment, which, from)
        if (!draft.ok) return draft
        imported = JSON.stringify(draft.value.proposal)
        return valueReply({ proposal: draft.value.proposal, skipped: draft.value.skipped.slice(0, 100).map((each) => ({ ...each })) })
      }),
    'policy.beginAnew': ({ which, reason }) =>
      inEnvironment(context, async (environment) => {
        if (versionOf(environment, which) !== null)
          return problemReply('CHECK_BLOCKED', { detail: 'The policy can be read: change it instead.' })
        const fresh = setUpDraft(environment, which)
        const changes = shownChanges([
          { label: 'Cannot be read', before: 'denies everything', after: 'what set-up makes of the chain and signers that are there:' },
          ...valuesOf(fresh),
        ])
        const request = { act, subject: SUBJECTS[which], reason, changes, checks: [], approvalsAtLeast: 1 } as const
        return context.authorise(request, ({ by }) => {
          const author = { actor: by.join(', '), reason }
          if (fresh.which === 'trading') {
            const read = readTrading(fresh.policy)
            if (read.ok) environment.policy.beginAnew(read.value, author)
          } else {
            const read = readSigning(fresh.policy)
            if (read.ok) environment.signerPolicy.beginAnew(read.value, author, String(context.clock.wallMs()))
          }
          context.statusChanged()
          return versionOf(environment, which) === null ? { code: 'UNREADABLE', figures: {} } : null
        })
      }),
  }
}

/** Whether a change needs somebody's authority. */
function asks({ loosens, neededToCancel }: Change): boolean {
  return loosens || neededToCancel === true
}

interface Author {
  readonly actor: string
  readonly reason: string
  readonly origin: 'change' | 'import' | 'restore'
}

/** What a proposal would change and how it is carried out, or what is wrong with it. */
function weigh(
  { policy, signerPolicy }: OpenEnvironment,
  proposal: PolicyProposal,
): { readonly wrong: string } | { readonly changes: readonly Change[]; readonly carryOut: (author: Author) => void } {
  const store = proposal.which === 'trading' ? policy : signerPolicy
  if (store.state().kind !== 'loaded') return { wrong: 'the policy in force cannot be read: begin anew first' }
  if (proposal.which === 'trading') {
    const read = readTrading(proposal.policy)
    if (!read.ok) return { wrong: read.error }
    const bars = barsCancels(read.value)
    if (bars !== null) return { wrong: bars }
    return { changes: policy.compare(read.value), carryOut: (author) => policy.change(read.value, author) }
  }
  const read = readSigning(proposal.policy)
  if (!read.ok) return { wrong: read.error }
  const bars = barsSignerCancels(read.value)
  if (bars !== null) return { wrong: bars }
  return { changes: signerPolicy.compare(read.value), carryOut: (author) => signerPolicy.change(read.value, author) }
}

async function readDraft(
  context: AppContext,
  environment: OpenEnvironment,
  which: PolicyKind,
  from: 'file' | 'variables' | 'set-up',
): Promise<Reply<Draft>> {
  if (from === 'set-up') return valueReply({ proposal: joinedDraft(environment, which), skipped: [] })
  if (from === 'variables') return valueReply(variablesDraft(environment, which, context.facts.policyVariables ?? {}))
  const text = await chosenText(context)
  if (text === null) return problemReply('CANCELED_BY_USER')
  if (typeof text !== 'string') return text
  const draft = textDraft(environment, which, text)
  return draft.ok ? valueReply(draft.value) : problemReply('BAD_ANSWER', { detail: draft.error })
}

async function chosenText(context: AppContext) {
  const path = await context.desktop.openFile('Choose a policy, or a file of variables')
  if (path === null) return null
  const read = readChosenFile(path, MAX_FILE_BYTES, 'BAD_ANSWER')
  return read.ok ? read.value : ({ ok: false, problem: read.error } as const)
}

function actChange({ field, before, after }: Change): ActChange {
  const label = POLICY_LABELS[field] ?? field
  if (before === null) return { label, before: null, after: after ?? '' }
  return { label, before, after: after ?? 'not any more' }
}

/** Every value of a policy, a line each; of a list, each item. */
function valuesOf({ policy }: PolicyProposal): readonly ActChange[] {
  return Object.entries(policy).flatMap(([field, value]: [string, unknown]) => {
    const items: readonly unknown[] = !Array.isArray(value) ? [value] : value.length === 0 ? ['none'] : value
    return items.map((item) => ({ label: POLICY_LABELS[field] ?? field, before: null, after: String(item) }))
  })
}

function policiesView(context: AppContext, environment: OpenEnvironment): PoliciesView {
  const { policy, signerPolicy, chain, signers } = environment
  const accounts = [...new Set(signers.list().map(({ address }) => address))]
  const chainId = chain.chainProfile?.chainId ?? null
  const lacking = (chains: readonly number[], known: readonly string[]) => ({
    chainId: chainId !== null && !chains.includes(chainId) ? chainId : null,
    accounts: accounts.filter((account) => !known.some((address) => sameAddress(address, account))),
  })
  const nothing = { chainId: null, accounts: [] }
  const [trading, signing] = [policy.state(), signerPolicy.state()]
  const variables = Object.keys(context.facts.policyVariables ?? {})
  return {
    trading: {
      version: trading.kind === 'loaded' ? trading.policy.version : null,
      problem: trading.kind === 'loaded' ? null : trading.why.slice(0, 200),
      byHand: !policy.isFromSetUp,
      lacks: trading.kind === 'loaded' ? lacking(trading.policy.chainIds, trading.policy.signerAddresses) : nothing,
      policy: trading.kind === 'loaded' ? tradingView(trading.policy) : null,
    },
    signing: {
      version: signing.kind === 'loaded' ? signing.version : null,
      problem: signing.kind === 'loaded' ? null : signing.why.slice(0, 200),
      byHand: !signerPolicy.isFromSetUp,
      lacks: signing.kind === 'loaded' ? lacking(signing.policy.chainIds, signing.policy.accounts) : nothing,
      policy: signing.kind === 'loaded' ? signingView(signing.policy) : null,
    },
    names: policyNames(environment),
    variables: {
      trading: variables.some((name) => !name.startsWith('SIGNER_')),
      signing: variables.some((name) => name.startsWith('SIGNER_')),
    },
  }
}

function historyOf({ policy, signerPolicy }: OpenEnvironment, which: PolicyKind): PolicyVersionView[] {
  const shown = ({ version, atMs, actor, reason, origin, intact }: Omit<PolicyVersionView, 'changes'>) => ({
    version,
    atMs,
    actor: actor.slice(0, 200),
    reason,
    origin,
    intact,
  })
  if (which === 'trading') {
    const versions = policy.versions()
    return versions.slice(0, 500).map((each, index) => {
      const before = versions[index + 1]?.policy
      return { ...shown(each), changes: each.policy === null || before == null ? null : [...comparePolicies(before, each.policy)] }
    })
  }
  const versions = signerPolicy.versions()
  return versions.slice(0, 500).map((each, index) => {
    const before = versions[index + 1]
    return { ...shown(each), changes: before === undefined ? null : [...compareSignerPolicies(before.policy, each.policy)] }
  })
}

function proposalOf({ policy, signerPolicy }: OpenEnvironment, which: PolicyKind, version: number): PolicyProposal | null {
  if (which === 'trading') {
    const found = policy.versions().find((each) => each.version === version)?.policy ?? null
    return found === null ? null : { which, policy: tradingView(found) }
  }
  const found = signerPolicy.versions().find((each) => each.version === version)
  return found === undefined ? null : { which, policy: signingView(found.policy) }
}

function versionOf({ policy, signerPolicy }: OpenEnvironment, which: PolicyKind): number | null {
  if (which === 'trading') {
    const state = policy.state()
    return state.kind === 'loaded' ? state.policy.version : null
  }
  const state = signerPolicy.state()
  return state.kind === 'loaded' ? state.version : null
}

/** Told by what it is, not by what a window says that it is. */
function originOf({ policy, signerPolicy }: OpenEnvironment, proposal: PolicyProposal, imported: string): Author['origin'] {
  if (JSON.stringify(proposal) === imported) return 'import'
  if (proposal.which === 'trading') {
    const read = readTrading(proposal.policy)
    const text = read.ok ? policyText({ ...read.value, version: 1 }) : ''
    return policy.versions().some((each) => each.policy !== null && policyText({ ...each.policy, version: 1 }) === text)
      ? 'restore'
      : 'change'
  }
  const read = readSigning(proposal.policy)
  return read.ok && signerPolicy.versions().some((each) => compareSignerPolicies(each.policy, read.value).length === 0)
    ? 'restore'
    : 'change'
}
