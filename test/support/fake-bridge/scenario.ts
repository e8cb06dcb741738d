import type { AppStatus } from '../../../src-preload/contract/app'
import type { Problem } from '../../../src-preload/contract/problem'

/** What the fake main is like when the page opens. */
export interface Scenario {
  readonly phase: AppStatus['phase']
  readonly failure: Problem | null
  readonly environment: AppStatus['environment']
  readonly halted: 'no' | 'by-button' | 'by-kill-file'
  /** The operator is missed, or the system is in maintenance. */
  readonly watch: 'calm' | 'missing' | 'maintenance'
  /** Breakers that are not closed. */
  readonly openBreakers: boolean
  readonly trading: 'active' | 'reducing' | 'halted'
  /** A chain, Uniswap pairs and a signer are there. */
  readonly chain: boolean
  readonly signerLocked: boolean
  /** Two key files, or one signer of every kind. */
  readonly signers: 'key-files' | 'all-kinds'
  /** Orders, open and past, are there. */
  readonly orders: boolean
  readonly auditEntries: number
  readonly auditVerdict: 'unverified' | 'intact' | 'broken'
  /** How the halt button's call ends. */
  readonly haltFails: boolean
  /** Named people; `locked`: the app is locked; `lost`: the key of this machine is missing. */
  readonly people: 'none' | 'some' | 'locked' | 'lost'
  /** Everything takes this long, ms. */
  readonly latencyMs: number
}

const READY: Scenario = {
  phase: 'ready',
  failure: null,
  environment: 'paper',
  halted: 'no',
  watch: 'calm',
  openBreakers: false,
  trading: 'active',
  chain: false,
  signerLocked: false,
  signers: 'key-files',
  orders: true,
  auditEntries: 124_331,
  auditVerdict: 'intact',
  haltFails: false,
  people: 'none',
  latencyMs: 8,
}

/** The scenarios by name. */
export const SCENARIOS = {
  ready: READY,
  empty: { ...READY, orders: false, auditEntries: 0, auditVerdict: 'unverified' },
  'first-run': { ...READY, phase: 'first-run', orders: false, auditEntries: 3, auditVerdict: 'unverified' },
  failed: { ...READY, phase: 'failed', failure: { code: 'WRONG_KEY_OR_NOT_A_DATABASE', figures: {} }, environment: 'testnet' },
  'disk-full': { ...READY, phase: 'failed', failure: { code: 'DISK_FULL', figures: { detail: '0 bytes left' } } },
  halted: { ...READY, halted: 'by-button' },
  missing: { ...READY, watch: 'missing' },
  maintenance: { ...READY, watch: 'maintenance' },
  'kill-file': { ...READY, halted: 'by-kill-file', openBreakers: true, auditVerdict: 'unverified' },
  breakers: { ...READY, openBreakers: true, auditVerdict: 'broken' },
  reducing: { ...READY, trading: 'reducing' },
  'trading-halted': { ...READY, openBreakers: true, trading: 'halted' },
  testnet: { ...READY, environment: 'testnet', chain: true },
  signers: { ...READY, environment: 'testnet', chain: true, signers: 'all-kinds' },
  locked: { ...READY, environment: 'testnet', chain: true, signerLocked: true },
  live: { ...READY, environment: 'live', chain: true },
  'halt-fails': { ...READY, haltFails: true },
  people: { ...READY, people: 'some' },
  'app-locked': { ...READY, people: 'locked' },
  'keys-lost': { ...READY, people: 'lost' },
  slow: { ...READY, latencyMs: 60_000 },
} as const satisfies Record<string, Scenario>

/** The name of a scenario. */
export type ScenarioName = keyof typeof SCENARIOS
