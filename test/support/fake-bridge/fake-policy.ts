import type { CallInput, CallName, CallOutput } from '../../../src-preload/contract'
import type { PoliciesView, PolicyChangeView, PolicyProposal, PolicyVersionView } from '../../../src-preload/contract/policy'
import { comparePolicies } from '../../../src-main/guards/policy/compare-policies'
import { policySchema } from '../../../src-main/guards/policy/policy'
import { compareSignerPolicies } from '../../../src-main/signers/policy-wrapper/compare-signer-policies'
import { signerPolicySchema } from '../../../src-main/signers/policy-wrapper/signer-policy'
import type { Scenario } from './scenario'

const ACCOUNT = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const V3 = '0xE592427A0AEce92De3Edee1F18E0157C05861564'
const V2 = '0x7a250d5630B4cF539739dF2C5dAcb4c659F2488D'
const WETH = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2'
const USDC = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'
const DAI = '0x6B175474E89094C44Da98b954EedeAC495271d0F'
const HOUR = 3_600_000

type Trading = NonNullable<PoliciesView['trading']['policy']>
type Signing = NonNullable<PoliciesView['signing']['policy']>

const PAPER: Trading = {
  venues: ['paper'],
  instruments: '*',
  maxOrderNotionalUsd: '1000000',
  requireKnownNotional: true,
  signerAddresses: [],
  chainIds: [],
  toAddresses: [],
  recipients: [],
  spenders: [],
  tokens: [],
  maxValueWei: '0',
  maxGas: '0',
  maxFeePerGasWei: '0',
  maxDataBytes: 0,
  allowUnlimitedApproval: false,
  cancelMaxFeePerGasWei: '0',
}
const CHAIN: Trading = {
  ...PAPER,
  venues: ['uniswap-v3', 'uniswap-v2'],
  maxOrderNotionalUsd: '10000',
  signerAddresses: [ACCOUNT],
  chainIds: [31_337],
  toAddresses: [V3, V2, WETH, USDC, DAI],
  recipients: ['signer'],
  spenders: [V3, V2],
  tokens: [WETH, USDC, DAI],
  maxGas: '1000000',
  maxFeePerGasWei: '200000000000',
  maxDataBytes: 2_000,
  cancelMaxFeePerGasWei: '500000000000',
}
const SIGNING: Signing = {
  chainIds: [31_337],
  accounts: [ACCOUNT],
  contracts: [V3, V2, WETH, USDC, DAI],
  recipients: [],
  spenders: [V3, V2],
  tokens: [WETH, USDC, DAI],
  maxValueWei: '0',
  maxGas: '1000000',
  maxFeePerGasWei: '200000000000',
  maxCancelFeePerGasWei: '500000000000',
  maxDataBytes: 2_000,
  endlessGrants: false,
  refuseContractCreation: true,
}
const SIGNING_NOTHING: Signing = {
  ...SIGNING,
  chainIds: [],
  accounts: [],
  contracts: [],
  spenders: [],
  tokens: [],
  maxGas: '0',
  maxFeePerGasWei: '0',
  maxCancelFeePerGasWei: '0',
  maxDataBytes: 0,
}

type Names = Extract<CallName, `policy.${string}`>

/** Two policies with their history; main's own comparisons judge what is proposed. */
export class FakePolicy {
  private trading: { version: number; policy: Trading; byHand: boolean }
  private signing: { version: number; policy: Signing; byHand: boolean }
  private readonly made: PolicyVersionView[] = []

  constructor(
    private readonly scenario: Scenario,
    private readonly startedAtMs: number,
  ) {
    const isChain = scenario.environment !== 'paper'
    this.trading = { version: isChain ? 4 : 1, policy: isChain ? CHAIN : PAPER, byHand: isChain }
    this.signing = { version: isChain ? 3 : 1, policy: isChain ? SIGNING : SIGNING_NOTHING, byHand: false }
  }

  view(): PoliciesView {
    const isChain = this.scenario.environment !== 'paper'
    const broken = this.scenario.openBreakers
    return {
      trading: { ...this.trading, problem: null, lacks: { chainId: null, accounts: [] } },
      signing: broken
        ? { version: null, policy: null, byHand: true, problem: 'its newest version is damaged', lacks: { chainId: null, accounts: [] } }
        : { ...this.signing, problem: null, lacks: { chainId: null, accounts: [] } },
      names: {
        [V3.toLowerCase()]: 'Uniswap V3 router',
        [V2.toLowerCase()]: 'Uniswap V2 router',
        [WETH.toLowerCase()]: 'WETH',
        [USDC.toLowerCase()]: 'USDC',
        [DAI.toLowerCase()]: 'DAI',
        [ACCOUNT.toLowerCase()]: 'Trading key',
      },
      variables: { trading: isChain, signing: isChain },
    }
  }

  history(which: 'trading' | 'signing'): PolicyVersionView[] {
    const first: PolicyVersionView = {
      version: 1,
      atMs: this.startedAtMs - 90 * HOUR,
      actor: 'system',
      reason: 'made for a fresh environment',
      origin: 'set-up',
      intact: true,
      changes: null,
    }
    if (this.scenario.environment === 'paper') return [...this.made, first]
    const setUp = (version: number, hoursAgo: number, reason: string, changes: PolicyChangeView[]): PolicyVersionView => ({
      version,
      atMs: this.startedAtMs - hoursAgo * HOUR,
      actor: 'Ada',
      reason,
      origin: 'set-up',
      intact: true,
      changes,
    })
    const account = which === 'trading' ? 'signerAddresses' : 'accounts'
    const common = [
      setUp(3, 88, 'chain 31337 was connected', [
        { field: 'chainIds', before: null, after: '31337', loosens: true },
        ...[WETH, USDC, DAI].map((token) => ({ field: 'tokens', before: null, after: token, loosens: true })),
        { field: 'maxGas', before: '0', after: '1000000', loosens: true },
      ]),
      setUp(2, 89, `signer ${ACCOUNT} was added`, [{ field: account, before: null, after: ACCOUNT, loosens: true }]),
      first,
    ]
    const byHand: PolicyVersionView = {
      version: 4,
      atMs: this.startedAtMs - 26 * HOUR,
      actor: 'Ada',
      reason: 'Half of it is enough while we are new here.',
      origin: 'change',
      intact: true,
      changes: [{ field: 'maxOrderNotionalUsd', before: '20000', after: '10000', loosens: false }],
    }
    return [
      ...this.made.filter(({ version }) => version > (which === 'trading' ? 4 : 3)),
      ...(which === 'trading' ? [byHand] : []),
      ...common,
    ]
  }

  compare(proposal: PolicyProposal): { wrong: string | null; base: number; changes: PolicyChangeView[] } {
    const { version: base } = proposal.which === 'trading' ? this.trading : this.signing
    if (proposal.which === 'trading') {
      const [before, after] = [this.trading.policy, proposal.policy].map((policy) => policySchema.safeParse({ ...policy, version: 1 }))
      if (after?.success !== true || before?.success !== true) return { wrong: 'not sound', base, changes: [] }
      return { wrong: null, base, changes: [...comparePolicies(before.data, after.data)] }
    }
    const [before, after] = [this.signing.policy, proposal.policy].map((policy) =>
      signerPolicySchema.safeParse(
        JSON.parse(
          JSON.stringify(policy)
            .toLowerCase()
            .replaceAll(/"([a-z]+)":/g, (_, name: string) => `"${NAMES[name] ?? name}":`),
        ),
      ),
    )
    if (after?.success !== true || before?.success !== true) return { wrong: 'not sound', base, changes: [] }
    return { wrong: null, base, changes: [...compareSignerPolicies(before.data, after.data)] }
  }

  version(which: 'trading' | 'signing', version: number): PolicyProposal {
    return which === 'trading'
      ? {
          which,
          policy: { ...this.trading.policy, maxOrderNotionalUsd: version === 3 ? '20000' : this.trading.policy.maxOrderNotionalUsd },
        }
      : { which, policy: this.signing.policy }
  }

  change(proposal: PolicyProposal, reason: string): void {
    const { changes } = this.compare(proposal)
    const next = (proposal.which === 'trading' ? this.trading : this.signing).version + 1
    if (proposal.which === 'trading') this.trading = { version: next, policy: proposal.policy, byHand: true }
    else this.signing = { version: next, policy: proposal.policy, byHand: true }
    this.made.unshift({ version: next, atMs: this.startedAtMs, actor: 'Ada', reason, origin: 'change', intact: true, changes })
  }

  imported(which: 'trading' | 'signing'): { proposal: PolicyProposal; skipped: { name: string; why: 'UNREADABLE' | 'UNKNOWN_NAME' }[] } {
    return {
      proposal:
        which === 'trading'
          ? { which, policy: { ...this.trading.policy, maxGas: '500000', maxFeePerGasWei: '250000000000' } }
          : { which, policy: { ...this.signing.policy, maxGas: '500000', chainIds: [...this.signing.policy.chainIds, 8_453] } },
      skipped: [{ name: which === 'trading' ? 'MAX_SIGN_DATA_BYTE' : 'SIGNER_MAX_VALUE', why: 'UNKNOWN_NAME' }],
    }
  }

  readonly handlers: { readonly [N in Names]: (input: CallInput<N>) => CallOutput<N> } = {
    'policy.get': () => this.view(),
    'policy.history': ({ which }) => this.history(which),
    'policy.version': ({ which, version }) => this.version(which, version),
    'policy.compare': ({ proposal }) => this.compare(proposal),
    'policy.change': ({ proposal, reason }) => {
      this.change(proposal, reason)
      return { done: true }
    },
    'policy.import': ({ which }) => this.imported(which),
    'policy.beginAnew': () => ({ done: true }),
  }
}

const NAMES: Readonly<Record<string, string>> = Object.fromEntries(Object.keys(SIGNING).map((name) => [name.toLowerCase(), name]))
