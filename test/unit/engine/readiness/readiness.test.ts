import { describe, expect, test } from 'vitest'

import { BREAKER_THRESHOLDS } from '../../../../src-main/domain/breaker'
import type { DrillReport } from '../../../../src-main/domain/drill'
import { isReady, READINESS_CODES, type ReadinessCode, type ReadinessState } from '../../../../src-main/domain/readiness'
import type { SignerConfig } from '../../../../src-main/domain/signer'
import type { ReadinessFacts, SignerFact } from '../../../../src-main/engine/readiness/facts'
import { judgeReadiness } from '../../../../src-main/engine/readiness/readiness'

const NOW = 1_700_000_000_000
const DAY = 86_400_000
const service = { url: 'https://signer.example', timeoutMs: 5_000, trust: { type: 'system' }, clientCertificate: null } as const
const LEDGER: SignerConfig = { kind: 'ledger', driver: 'dmk', derivationPath: "44'/60'/0'/0/0", transport: { type: 'usb' } }
const REMOTE: SignerConfig = { kind: 'remote', dialect: 'web3signer', service, retries: 1, tokenRef: null }
const HSM: SignerConfig = { kind: 'pkcs11', libraryPath: '/opt/vendor/pkcs11.so', tokenLabel: 't', keyLabel: 'k', pinRef: 'secret:x' }
const signer = (config: SignerConfig, more: Partial<SignerFact> = {}): SignerFact => ({
  label: config.kind,
  config,
  status: 'ready',
  lastSuccessMs: NOW - 60_000,
  ...more,
})
const drill = (kind: DrillReport['kind'], more: Partial<DrillReport> = {}): DrillReport => ({
  ...{ drillId: kind, kind, by: 'ada', startedAtMs: NOW - DAY, endedAtMs: NOW - DAY + 2_000, result: 'passed', chain: null, notes: [] },
  measures: [
    { name: 'gate-closed', tookMs: 0.6, targetMs: 2_000 },
    { name: 'verified', tookMs: 900, targetMs: 120_000 },
  ],
  ...more,
})

/** Everything as it must be, in live. */
const GOOD: ReadinessFacts = {
  environment: 'live',
  nowMs: NOW,
  signers: { value: [signer(LEDGER)] },
  keyVariables: { value: [] },
  keychain: { value: 'gnome_libsecret' },
  killSwitch: { value: 'armed' },
  killFileWatched: { value: true },
  signals: { value: ['SIGUSR1', 'SIGUSR2'] },
  recoveryKeys: { value: { verified: true, confirmed: true, usable: 2 } },
  approvers: { value: [{ name: 'Ada', hasSecondFactor: true }] },
  drills: { value: [drill('halt'), drill('emergency-halt')] },
  breakersNotClosed: { value: [] },
  breakerThresholds: { value: BREAKER_THRESHOLDS },
  policy: { value: null },
  signerPolicy: { value: null },
  slippage: { value: { limitPct: { conservative: '0.5', moderate: '1', aggressive: '2' }, maxQuoteAgeMs: 30_000 } },
  exposure: { value: { orderUsd: '1000', assetDayUsd: '5000', dayUsd: '10000', lossHaltPct: '10' } },
  audit: {
    value: { verdict: 'intact', verifiedAtMs: NOW - 60_000, entries: 120, broken: 0, sealed: 0, refuses: null, verifyEveryMin: 60 },
  },
  anchor: { value: { lag: 3, problem: null } },
  webhook: { value: { state: 'working', lastTakenMs: NOW - DAY } },
  chain: { value: { name: 'mainnet', chainId: 1, endpoints: 2, trouble: null } },
  clockInDoubt: { value: false },
  disk: { value: { freeMb: 9_000, haltsBelowMb: 200 } },
  runtime: { value: { sandboxed: true, electron: '44.0.0', shippedElectron: '44.0.0' } },
}
const judged = (more: Partial<ReadinessFacts>) => judgeReadiness({ ...GOOD, ...more })
const stateOf = (code: ReadinessCode, more: Partial<ReadinessFacts>): ReadinessState | undefined =>
  judged(more).find((check) => check.code === code)?.state

test('X9: with everything as it must be every check has passed, and it is ready', () => {
  const checks = judgeReadiness(GOOD)
  expect(checks.map(({ code }) => code)).toEqual(READINESS_CODES)
  expect(checks.filter(({ state }) => state !== 'passed')).toEqual([])
  expect(isReady(checks)).toBe(true)
})

const FACTS = Object.keys(GOOD).filter((name) => name !== 'environment' && name !== 'nowMs') as (keyof ReadinessFacts)[]

test.for(FACTS)('X9 C14: where %s cannot be read, what it is for is unknown, nothing else changes, and it is not ready', (name) => {
  const checks = judged({ [name]: { unread: 'the disk' } })
  const unknown = checks.filter(({ state }) => state === 'unknown')
  expect(unknown.length).toBeGreaterThan(0)
  expect(unknown.every(({ figures }) => figures['why'] === 'the disk')).toBe(true)
  expect(checks.filter(({ state }) => state === 'failed')).toEqual([])
  expect(isReady(checks)).toBe(false)
})

test.for(FACTS)('X9 C14: %s that makes no sense at all never passes', (name) => {
  for (const value of [undefined, {}, Number.NaN]) expect(isReady(judged({ [name]: { value } })), JSON.stringify(value)).toBe(false)
})

test('C14: of no checks, or one that is missing, nothing is ready', () => {
  expect(isReady([])).toBe(false)
  expect(isReady(judgeReadiness(GOOD).slice(1))).toBe(false)
})

describe('X9: each check', () => {
  const rows: readonly [ReadinessCode, ReadinessState, string, Partial<ReadinessFacts>][] = [
    ['signer-production', 'failed', 'no signer', { signers: { value: [] } }],
    ['signer-production', 'failed', 'a keystore alone', { signers: { value: [signer({ kind: 'keystore' })] } }],
    ['signer-production', 'passed', 'a keystore beside an HSM', { signers: { value: [signer({ kind: 'keystore' }), signer(HSM)] } }],
    [
      'signer-production',
      'failed',
      'a service on this machine',
      { signers: { value: [signer({ ...REMOTE, service: { ...service, url: 'https://127.0.0.1:9000' } })] } },
    ],
    ['signer-production', 'passed', 'a service elsewhere', { signers: { value: [signer(REMOTE)] } }],
    ['signer-production', 'not-applicable', 'paper', { environment: 'paper', signers: { value: [] } }],
    [
      'no-development-keys',
      'failed',
      'a key in a variable',
      { signers: { value: [signer(LEDGER), signer({ kind: 'env_private_key', variable: 'K' })] } },
    ],
    [
      'no-development-keys',
      'failed',
      'a device that is emulated',
      { signers: { value: [signer({ ...LEDGER, transport: { type: 'emulator', url: 'http://127.0.0.1' } })] } },
    ],
    [
      'no-development-keys',
      'failed',
      'a token in software',
      { signers: { value: [signer({ ...HSM, libraryPath: '/usr/lib/softhsm/libsofthsm2.so' })] } },
    ],
    ['no-development-keys', 'failed', 'a variable left from before', { keyVariables: { value: ['PRIVATE_KEY'] } }],
    ['signers-healthy', 'failed', 'one that fails', { signers: { value: [signer(LEDGER, { status: 'unavailable' })] } }],
    ['signers-healthy', 'unknown', 'one that is locked', { signers: { value: [signer(LEDGER, { status: 'locked' })] } }],
    ['signers-healthy', 'unknown', 'one that was never used', { signers: { value: [signer(LEDGER, { lastSuccessMs: null })] } }],
    [
      'signers-healthy',
      'unknown',
      'one that was used long ago',
      { signers: { value: [signer(LEDGER, { lastSuccessMs: NOW - 2 * DAY })] } },
    ],
    ['signers-healthy', 'unknown', 'a time to come', { signers: { value: [signer(LEDGER, { lastSuccessMs: NOW + DAY })] } }],
    ['keychain', 'failed', 'none', { keychain: { value: null } }],
    ['kill-switch-armed', 'failed', 'triggered', { killSwitch: { value: 'triggered' } }],
    ['kill-file-watched', 'failed', 'nobody watches', { killFileWatched: { value: false } }],
    ['halt-signals', 'failed', 'one is not heard', { signals: { value: ['SIGUSR1'] } }],
    ['halt-signals', 'not-applicable', 'a system without signals', { signals: { value: null } }],
    ['recovery-keys', 'failed', 'one is left', { recoveryKeys: { value: { verified: true, confirmed: true, usable: 1 } } }],
    ['recovery-keys', 'failed', 'nobody wrote them down', { recoveryKeys: { value: { verified: true, confirmed: false, usable: 2 } } }],
    ['recovery-keys', 'failed', 'nothing vouches for them', { recoveryKeys: { value: { verified: false, confirmed: true, usable: 2 } } }],
    ['second-factor', 'failed', 'nobody is named', { approvers: { value: [] } }],
    [
      'second-factor',
      'failed',
      'somebody has none',
      {
        approvers: {
          value: [
            { name: 'Ada', hasSecondFactor: true },
            { name: 'Bo', hasSecondFactor: false },
          ],
        },
      },
    ],
    ['halt-drill', 'failed', 'never held', { drills: { value: [drill('emergency-halt')] } }],
    [
      'halt-drill',
      'failed',
      'too long ago',
      { drills: { value: [drill('halt', { startedAtMs: NOW - 91 * DAY }), drill('emergency-halt')] } },
    ],
    [
      'halt-drill',
      'failed',
      'a later one failed',
      { drills: { value: [drill('halt', { result: 'failed', startedAtMs: NOW - 1 }), drill('halt')] } },
    ],
    [
      'halt-drill',
      'passed',
      'a later one was interrupted',
      { drills: { value: [drill('halt', { result: 'interrupted', startedAtMs: NOW - 1 }), drill('halt'), drill('emergency-halt')] } },
    ],
    [
      'halt-drill',
      'failed',
      'too slow for today’s limits',
      {
        drills: {
          value: [
            drill('halt', {
              measures: [
                { name: 'gate-closed', tookMs: 2_001, targetMs: 9_000 },
                { name: 'verified', tookMs: 1, targetMs: 9 },
              ],
            }),
          ],
        },
      },
    ],
    ['emergency-drill', 'failed', 'a halt is none', { drills: { value: [drill('halt')] } }],
    ['breakers-closed', 'failed', 'one is open', { breakersNotClosed: { value: ['signer'] } }],
    [
      'breaker-thresholds',
      'failed',
      'one is out of bounds',
      { breakerThresholds: { value: { ...BREAKER_THRESHOLDS, trade: { ...BREAKER_THRESHOLDS.trade, failuresInWindow: 4_000 } } } },
    ],
    ['policy-readable', 'failed', 'it is damaged', { policy: { value: 'BAD_FORM' } }],
    ['signer-policy-readable', 'failed', 'it is gone', { signerPolicy: { value: 'ABSENT' } }],
    [
      'slippage-limits',
      'failed',
      'a limit that is none',
      { slippage: { value: { limitPct: { conservative: '0.5', moderate: '1', aggressive: '50' }, maxQuoteAgeMs: 30_000 } } },
    ],
    [
      'slippage-limits',
      'failed',
      'careful allows more than bold',
      { slippage: { value: { limitPct: { conservative: '3', moderate: '1', aggressive: '2' }, maxQuoteAgeMs: 30_000 } } },
    ],
    [
      'exposure-limits',
      'failed',
      'an order above its day',
      { exposure: { value: { orderUsd: '20000', assetDayUsd: '5000', dayUsd: '10000', lossHaltPct: '10' } } },
    ],
    ['audit-intact', 'failed', 'broken', { audit: { value: { ...auditOf(), verdict: 'broken', broken: 1 } } }],
    ['audit-intact', 'failed', 'it takes no entries', { audit: { value: { ...auditOf(), refuses: 'LOG_BROKEN' } } }],
    ['audit-intact', 'unknown', 'never checked', { audit: { value: { ...auditOf(), verdict: null, verifiedAtMs: null } } }],
    ['audit-intact', 'unknown', 'checked long ago', { audit: { value: { ...auditOf(), verifiedAtMs: NOW - 3 * 3_600_000 } } }],
    ['audit-intact', 'passed', 'known damage that is sealed', { audit: { value: { ...auditOf(), verdict: 'sealed', sealed: 2 } } }],
    ['audit-anchored', 'failed', 'it cannot be moved', { anchor: { value: { lag: 3, problem: 'ENOSPC' } } }],
    ['audit-anchored', 'failed', 'it stands still', { anchor: { value: { lag: 900, problem: null } } }],
    ['audit-anchored', 'unknown', 'there is none', { anchor: { value: { lag: null, problem: null } } }],
    ['alert-path', 'failed', 'no webhook', { webhook: { value: null } }],
    ['alert-path', 'failed', 'it is lost', { webhook: { value: { state: 'lost', lastTakenMs: NOW } } }],
    ['alert-path', 'unknown', 'it was never tried', { webhook: { value: { state: 'untried', lastTakenMs: null } } }],
    ['alert-path', 'unknown', 'nothing was taken for long', { webhook: { value: { state: 'working', lastTakenMs: NOW - 8 * DAY } } }],
    ['chain-endpoints', 'failed', 'one endpoint', { chain: { value: { name: 'm', chainId: 1, endpoints: 1, trouble: null } } }],
    [
      'chain-endpoints',
      'failed',
      'they differ',
      { chain: { value: { name: 'm', chainId: 1, endpoints: 2, trouble: 'ENDPOINTS_DISAGREE' } } },
    ],
    [
      'chain-endpoints',
      'failed',
      'a test chain in live',
      { chain: { value: { name: 's', chainId: 11_155_111, endpoints: 2, trouble: null } } },
    ],
    ['chain-endpoints', 'failed', 'a chain of worth in testnet', { environment: 'testnet' }],
    ['chain-endpoints', 'failed', 'no chain', { chain: { value: null } }],
    ['chain-endpoints', 'not-applicable', 'paper', { environment: 'paper', chain: { value: null } }],
    ['clock', 'failed', 'it jumped', { clockInDoubt: { value: true } }],
    ['disk', 'failed', 'hardly any room', { disk: { value: { freeMb: 399, haltsBelowMb: 200 } } }],
    ['runtime', 'failed', 'no sandbox', { runtime: { value: { sandboxed: false, electron: '44.0.0', shippedElectron: '44.0.0' } } }],
    ['runtime', 'failed', 'an older runtime', { runtime: { value: { sandboxed: true, electron: '23.3.0', shippedElectron: '44.0.0' } } }],
  ]
  test.for(rows)('%s is %s: %s', ([code, state, _why, more]) => {
    expect(stateOf(code, more)).toBe(state)
    expect(isReady(judged(more))).toBe(state === 'passed' || state === 'not-applicable')
  })
})

function auditOf() {
  return { verdict: 'intact', verifiedAtMs: NOW - 60_000, entries: 120, broken: 0, sealed: 0, refuses: null, verifyEveryMin: 60 } as const
}
