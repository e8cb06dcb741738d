import type { ReadinessView } from '../../../src-preload/contract/readiness'
import { isReady, READINESS_CODES, type ReadinessCode, type ReadinessState } from '../../../src-main/domain/readiness'

const DAY = 86_400_000

/** What each check would be judged by where all is well. */
const figuresOf = (nowMs: number): Readonly<Partial<Record<ReadinessCode, Record<string, string>>>> => ({
  'signer-production': { signers: 'Ledger of the desk', others: 'Old key file' },
  'signers-healthy': { count: '2', failing: '', silent: '' },
  keychain: { backend: 'gnome_libsecret' },
  'recovery-keys': { usable: '2', needed: '2', confirmed: 'yes', verified: 'yes' },
  'second-factor': { people: '2', without: '' },
  'halt-drill': { result: 'passed', atMs: String(nowMs - 3 * DAY), gateMs: '0.6', verifiedMs: '1620.4' },
  'emergency-drill': { result: 'passed', atMs: String(nowMs - 2 * DAY), gateMs: '0.7', verifiedMs: '2210.0' },
  'breaker-thresholds': { breakers: '', count: '7' },
  'slippage-limits': { conservative: '0.5', moderate: '1', aggressive: '2' },
  'exposure-limits': { orderUsd: '1000', assetDayUsd: '5000', dayUsd: '10000', lossHaltPct: '10' },
  'audit-intact': { entries: '124331', broken: '0', sealed: '0', refuses: '', checkedAtMs: String(nowMs - 60_000) },
  'audit-anchored': { lag: '3', problem: '' },
  'alert-path': { state: 'working', takenAtMs: String(nowMs - DAY) },
  'chain-endpoints': { name: 'Sepolia', chainId: '11155111', endpoints: '2', trouble: '' },
  disk: { freeMb: '84210', needMb: '400' },
  runtime: { sandboxed: 'yes', electron: '44.1.0', shippedElectron: '44.1.0' },
})

type Other = readonly [state: ReadinessState, figures: Record<string, string>]

/** What a paper environment usually still lacks, and one that cannot be read. */
const PAPER: Readonly<Partial<Record<ReadinessCode, Other>>> = {
  'signer-production': ['not-applicable', {}],
  'signers-healthy': ['not-applicable', {}],
  'chain-endpoints': ['not-applicable', {}],
  'no-development-keys': ['failed', { signers: '', variables: 'PRIVATE_KEY' }],
  'second-factor': ['failed', { people: '1', without: 'Ada' }],
  'emergency-drill': ['failed', { result: 'none' }],
  'alert-path': ['unknown', { state: 'untried', takenAtMs: '' }],
  disk: ['unknown', { why: 'it was not measured yet' }],
}
const TESTNET: Readonly<Partial<Record<ReadinessCode, Other>>> = {
  'signer-production': ['failed', { signers: '', others: 'Old key file' }],
  'signers-healthy': ['unknown', { count: '1', failing: '', silent: 'Old key file' }],
  'halt-drill': ['unknown', { why: 'drills are kept with paper, which is not open' }],
  'emergency-drill': ['unknown', { why: 'drills are kept with paper, which is not open' }],
  'chain-endpoints': ['failed', { name: 'Sepolia', chainId: '11155111', endpoints: '2', trouble: 'ENDPOINTS_DISAGREE' }],
}

/** A report of readiness, made up. */
export function fakeReadiness(environment: ReadinessView['environment'], halted: boolean, nowMs: number): ReadinessView {
  const all = figuresOf(nowMs)
  const others: Readonly<Partial<Record<ReadinessCode, Other>>> = {
    ...(environment === 'paper' ? PAPER : TESTNET),
    ...(halted ? { 'kill-switch-armed': ['failed', { state: 'triggered' }] as const } : {}),
  }
  const checks = READINESS_CODES.map((code) => {
    const [state, figures] = others[code] ?? (['passed', all[code] ?? {}] as const)
    return { code, state, figures }
  })
  return { environment, atMs: nowMs, ready: isReady(checks), checks }
}
