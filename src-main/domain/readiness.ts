/** What must be so before real money may be traded (product rows X9, C14), in the order in which a person would put it right. */
export const READINESS_CODES = [
  // Keys
  'signer-production',
  'no-development-keys',
  'signers-healthy',
  'keychain',
  // Halting and recovering
  'kill-switch-armed',
  'kill-file-watched',
  'halt-signals',
  'recovery-keys',
  'second-factor',
  'halt-drill',
  'emergency-drill',
  // Guards
  'breakers-closed',
  'breaker-thresholds',
  'policy-readable',
  'signer-policy-readable',
  'slippage-limits',
  'exposure-limits',
  // The record, and who is told
  'audit-intact',
  'audit-anchored',
  'alert-path',
  // What it runs on
  'chain-endpoints',
  'clock',
  'disk',
  'runtime',
] as const
/** One check of readiness. */
export type ReadinessCode = (typeof READINESS_CODES)[number]

/** `unknown`: it could not be found out, and counts as little as a failure. `not-applicable`: this environment has no such thing. */
export const READINESS_STATES = ['passed', 'failed', 'unknown', 'not-applicable'] as const
/** What a check came to. */
export type ReadinessState = (typeof READINESS_STATES)[number]

/** One check with what it was judged by; `figures` are ready for a sentence and for the record, and never a secret. */
export interface ReadinessCheck {
  readonly code: ReadinessCode
  readonly state: ReadinessState
  readonly figures: Readonly<Record<string, string>>
}

/** Whether everything stands as it must: what is unknown does not. Of no checks at all, nothing does. */
export function isReady(checks: readonly ReadinessCheck[]): boolean {
  return READINESS_CODES.every((code) =>
    checks.some((check) => check.code === code && (check.state === 'passed' || check.state === 'not-applicable')),
  )
}
