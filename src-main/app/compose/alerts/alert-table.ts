import type { AlertKind } from '../../../domain/alert'
import type { DenialCode } from '../../../domain/codes'
import type { JsonObject } from '../../../lib/json'

/** What of an audit entry decides whether people are told. */
export interface FedEntry {
  readonly type: string
  readonly severity: string
  readonly actor: string
  readonly subject: string | null
  readonly data: JsonObject
}

/** How an entry becomes an alert. */
export interface FeedRule {
  /** A kind, or what chooses one; null: this entry is no news. */
  readonly kind: AlertKind | ((entry: FedEntry) => AlertKind | null)
  /** What the alert is about: the entry's own subject unless told otherwise. Alerts of one kind and subject are folded. */
  readonly subject?: (entry: FedEntry) => string | null
  /** Which members of the entry's data a sentence needs. */
  readonly figures?: readonly string[]
  /** Only the so-manieth within so long is news. */
  readonly repeated?: { readonly times: number; readonly withinMs: number }
}

const MINUTE = 60_000
const text = (entry: FedEntry, name: string): string => {
  const value = entry.data[name]
  return typeof value === 'string' ? value : ''
}
const nobody = (): null => null
const member =
  (name: string) =>
  (entry: FedEntry): string | null =>
    text(entry, name) || entry.subject

/** Whoever tries to prove who they are: wrong recovery keys are nobody's. */
const whose = (entry: FedEntry): string => entry.subject ?? 'recovery keys'
/** Once or twice is a slip. */
const SEVERAL = { times: 3, withinMs: 10 * MINUTE }

const SLIPPAGE_CODES: readonly string[] = ['EXCEEDED_LIMIT', 'HIGH_VOLATILITY', 'INSUFFICIENT_LIQUIDITY'] satisfies DenialCode[]
/** An order that a limit refused (product row B9). */
const LIMIT_CODES: readonly string[] = [
  'ORDER_VALUE_EXCEEDS_LIMIT',
  'ASSET_DAY_LIMIT',
  'DAY_LIMIT',
  'ORDER_RATE_EXCEEDED',
  'OPEN_ORDERS_LIMIT',
  'REPEATED_ORDER',
] satisfies DenialCode[]
/** Acts that are told by what they do, in an entry of their own. */
const TOLD_BY_ITSELF: readonly string[] = ['release-halt']
/** A person who has not unlocked a signer, or says no at the device, needs no telling. */
const PERSONS_OWN: readonly string[] = ['LOCKED', 'REJECTED_BY_USER']

/**
 * Every type of audit entry that the app writes, and whether people are told of it (product row X7). `routine` is a decision too, and each that may surprise says
 * why. A test walks what the code can write and demands a line here.
 */
export const ALERT_TABLE: Readonly<Record<string, FeedRule | readonly FeedRule[] | 'routine'>> = {
  // Halting and who may trade
  KillSwitchTriggered: { kind: 'kill-switch-triggered', figures: ['source', 'reason', 'scope', 'mode', 'durable'] },
  KillSwitchReleased: { kind: 'kill-switch-released', figures: ['reason', 'scope'] },
  AutomaticTriggerFired: 'routine', // it halts, and the halt says why
  TradingReduced: { kind: 'trading-reduced', subject: nobody, figures: ['reason'] },
  TradingHalted: { kind: 'trading-halted', subject: nobody, figures: ['reason', 'breakers'] },
  TradingHaltLifted: 'routine',
  TradingResumed: 'routine',
  TradingArmed: 'routine',
  FoundHalted: 'routine',
  RecoveryBegun: 'routine',
  RecoveryCanceled: 'routine',
  ReleaseAuthorised: 'routine',
  ReleaseRefused: 'routine',
  ReleaseVerified: 'routine',
  ReleaseFoundComplete: 'routine',
  MaintenanceEntered: 'routine',
  MaintenanceLeft: 'routine',

  // Who does what
  CallForbidden: { kind: 'call-forbidden', subject: member('call'), figures: ['call', 'origin'] },
  RecoveryKeyRefused: { kind: 'authentication-failures', subject: whose, figures: ['code'], repeated: SEVERAL },
  OperatorRefused: { kind: 'authentication-failures', subject: whose, figures: ['code'], repeated: SEVERAL },
  AuthenticationFailed: { kind: 'authentication-failures', subject: whose, figures: ['code'], repeated: SEVERAL },
  SignerUnlockFailed: { kind: 'authentication-failures', figures: ['code'], repeated: SEVERAL },
  ApprovalRefused: { kind: 'call-forbidden', subject: member('act'), figures: ['act', 'why'] },
  CallRefused: { kind: 'call-forbidden', subject: member('call'), figures: ['call', 'role', 'needs'], repeated: SEVERAL },
  ActAuthorised: {
    kind: (entry) => (TOLD_BY_ITSELF.includes(text(entry, 'act')) ? null : 'protection-changed'),
    subject: member('act'),
    figures: ['act', 'reason'],
  },
  ActApproved: 'routine',
  AppLocked: 'routine',
  AppUnlocked: 'routine',
  RecoveryKeysCreated: 'routine',
  CommandReceived: 'routine',
  SystemSuspended: 'routine',
  SystemResumed: 'routine',
  // What loosens any of these is authorised, and told by that.
  RecoveryKeysReplaced: 'routine',
  RecoveryKeyChanged: 'routine',
  RecoveryKeyRevoked: 'routine',
  AuthorityRulesChanged: 'routine',
  AuthorityVouchedAnew: 'routine',
  AuthorityRolledBack: { kind: 'authority-rolled-back', figures: ['fault'] },
  OperatorAdded: 'routine',
  OperatorChanged: 'routine',
  OperatorRevoked: 'routine',
  OperatorPasswordChanged: 'routine',
  SecondFactorEnrolled: 'routine',
  SecondFactorRemoved: 'routine',
  SettingsChanged: 'routine',
  PolicyChanged: 'routine',
  SignerPolicyChangeRequested: 'routine',
  SignerPolicyChanged: 'routine',
  LimitsChanged: 'routine',
  BreakerTuned: 'routine',
  HaltSettingsChanged: 'routine',
  WatchSettingsChanged: 'routine',
  TradingHaltRuleChanged: 'routine',
  PatternSettingsChanged: 'routine',
  AlertSettingsChanged: 'routine',
  WebhookChanged: 'routine',
  WebhookRemoved: 'routine',
  WebhookSecretRotated: 'routine',
  ApiConfigured: 'routine',
  ApiClientAdded: 'routine',
  ApiClientRevoked: 'routine',
  ApiAccessed: 'routine',
  ApiRefused: 'routine', // repeated ones are told where they are counted

  // Keys and signatures
  SignatureMismatch: { kind: 'signature-mismatch', figures: ['signer', 'field', 'purpose'] },
  SigningFailed: {
    kind: (entry) => (PERSONS_OWN.includes(text(entry, 'code')) ? null : 'signer-failed'),
    subject: member('signer'),
    figures: ['signer', 'code', 'purpose'],
  },
  SigningDenied: 'routine', // the order that is denied by it says so
  SigningRequested: 'routine',
  AuditHeadSigned: 'routine',
  TransactionSigned: 'routine',
  MessageSigned: 'routine',
  SignerRequested: 'routine',
  SignerAdded: 'routine',
  SignerNotAdded: 'routine',
  SignerNotConfigured: 'routine',
  SignerUnlockRequested: 'routine',
  SignerUnlocked: 'routine',
  SignerLocked: 'routine',
  SignerDiscoveryRequested: 'routine',
  AddressVerification: 'routine',
  SecretStoreRequested: 'routine',
  SecretForgotten: 'routine', // nothing named it any more
  // Whoever asked for these sits before the window that says what came of it.
  SharedKeyRequested: 'routine',
  SharedKeyProven: 'routine',
  SharedKeyNotProven: 'routine',
  SharesRefreshRequested: 'routine',
  SharesRefreshed: 'routine',
  // Where the shares may have changed, the address may be signed for by nobody.
  SharesNotRefreshed: {
    kind: (entry) => (text(entry, 'shares') === 'may have changed' ? 'signer-failed' : null),
    figures: ['code', 'detail'],
  },
  // What changes or removes one is authorised, and told by that.
  SignerConfigured: 'routine',
  SecretSourceChanged: 'routine',
  SignerRemoved: 'routine',
  SignerTurnsChanged: 'routine',
  SignerSwitched: { kind: 'signer-failed', figures: ['why'], subject: member('from') },
  SignerUnreadable: { kind: 'signer-failed', figures: ['detail'] },
  SignerHealthChanged: {
    // A device that somebody unplugs needs no telling.
    kind: (entry) => (text(entry, 'to') === 'unavailable' && text(entry, 'attended') !== 'true' ? 'signer-failed' : null),
    figures: ['signer', 'code', 'why'],
  },

  // Orders
  OrderOutcomeUnknown: { kind: 'outcome-unknown', figures: ['code', 'detail'] },
  AllowanceOutcomeUnknown: { kind: 'outcome-unknown', figures: ['code', 'detail'] },
  OrderReplacementUnknown: { kind: 'outcome-unknown', figures: ['code', 'detail', 'how'] },
  OrderReorged: { kind: 'reorg', figures: ['fromBlock'] },
  FilledOrderReorged: { kind: 'fill-reorged', figures: ['fromBlock'] },
  FilledOrderUndone: { kind: 'fill-undone', figures: ['why'] },
  FilledOrderMinedAgain: { kind: 'fill-mined-again', figures: [] },
  OrderNonceTaken: { kind: 'nonce-taken', figures: ['hash', 'by', 'nonce'] },
  OrderTimedOut: { kind: 'confirmation-timeout', figures: ['phase'] },
  OrderTransactionDropped: { kind: 'transaction-dropped', figures: ['hash'] },
  OrderReplacementFailed: {
    kind: 'transaction-stuck',
    // What a sentence about the refusal needs besides.
    figures: ['how', 'why', 'code', 'detail', 'breaker', 'state', 'asset', 'usedUsd', 'valueUsd', 'limitUsd', 'per', 'count', 'limit'],
  },
  OrderFailed: { kind: 'order-failed', figures: ['code', 'detail'] },
  OrderRejected: { kind: 'order-failed', figures: ['code', 'detail'] },
  OrderWithheld: { kind: 'order-withheld', figures: ['code'] },
  OrderDenied: [
    {
      kind: (entry) => (SLIPPAGE_CODES.includes(text(entry, 'code')) ? 'slippage-rejections' : null),
      subject: nobody,
      figures: ['code'],
      repeated: { times: 3, withinMs: 15 * MINUTE },
    },
    {
      kind: (entry) => (LIMIT_CODES.includes(text(entry, 'code')) ? 'limit-reached' : null),
      // Refusals of one limit are one alert.
      subject: (entry) => text(entry, 'code'),
      figures: ['code', 'asset', 'usedUsd', 'valueUsd', 'limitUsd', 'per', 'count', 'limit', 'instrument', 'side', 'amount', 'windowMs'],
    },
  ],
  CancelFailed: { kind: 'cancel-failed', figures: ['venue', 'fate', 'code', 'detail'] },
  SweepStarted: 'routine',
  DrillStarted: 'routine',
  DrillFinished: { kind: 'drill', figures: ['kind', 'result'] },
  DrillRecovered: 'routine',
  ReadinessChecked: 'routine',
  IncidentReportExported: 'routine',
  SweepFinished: 'routine', // each cancel that failed says so
  SweepCleared: 'routine',
  SweepStopped: 'routine',
  UnknownOrderExplained: 'routine',
  RepeatedOrderAcknowledged: 'routine',
  PlanPrepared: 'routine',
  PlanNotPrepared: 'routine', // the ticket says so
  ReplacementPrepared: 'routine',
  QuoteFetched: 'routine',
  OrderInitialized: 'routine',
  OrderApproved: 'routine',
  AllowanceRequested: 'routine',
  AllowanceSubmitted: 'routine',
  AllowanceConfirmed: 'routine',
  OrderSigning: 'routine',
  OrderSigned: 'routine',
  OrderSubmitting: 'routine',
  OrderSubmitted: 'routine',
  OrderAccepted: 'routine',
  OrderPartiallyFilled: 'routine',
  OrderFilled: 'routine',
  OrderIncluded: 'routine',
  OrderConfirmed: 'routine',
  OrderFinalized: 'routine',
  // Of one that had ended it says that a block is gone which ended it.
  OrderReconciled: { kind: (entry) => (text(entry, 'ended') === '' ? null : 'end-undone'), figures: ['ended'] },
  OrderCancelRequested: 'routine',
  OrderCancelIncluded: 'routine',
  OrderCanceled: 'routine',
  OrderRequoted: 'routine',
  OrderReplacing: 'routine',
  OrderReplacementSigned: 'routine',
  OrderReplaced: 'routine',
  OrderRebroadcast: 'routine',
  OrderRetrying: 'routine',
  OrderRetryDecided: 'routine', // the order that failed says so

  // What is watched
  BreakerChanged: {
    kind: (entry) => {
      const to = text(entry, 'to')
      return to === 'open' || to === 'isolated' ? 'breaker-opened' : to === 'half-open' ? 'breaker-half-open' : null
    },
    figures: ['from', 'to', 'why'],
  },
  EndpointsDisagreed: { kind: 'endpoints-disagree', figures: ['about', 'first', 'second'] },
  BalanceWatchBlind: { kind: 'endpoint-down', figures: ['why'] },
  ChainUnreachable: { kind: 'network-trouble', figures: ['name'] },
  ChainReachable: 'routine',
  WatchFailed: { kind: 'internal-fault', figures: ['why'] },
  // These three are told where they are noticed, with the figures of the day.
  LossLimitReached: 'routine',
  ValuationMissing: 'routine',
  UnusualActivity: 'routine',
  LossCountRestarted: 'routine',
  UnusualActivityAcknowledged: 'routine',

  // The app itself
  EnvironmentOpened: 'routine',
  EnvironmentClosed: 'routine',
  QuitAsked: 'routine',
  ChainRequested: 'routine',
  ChainConfigured: 'routine',
  AuditRetentionApplied: 'routine',
  // The release that goes on in spite of it tells of itself alone.
  AuditContinuedAfterBreak: { kind: 'protection-changed', subject: () => 'seal-audit' },
  SEGMENT_SEALED: { kind: 'protection-changed', subject: () => 'seal-audit' },
  RecordUnwritable: { kind: 'internal-fault', subject: member('what'), figures: ['detail'] },
  AlertPathLost: 'routine', // told where it is noticed, also when no record is taken
  AlertPathRestored: 'routine',
  AlertsAcknowledged: 'routine',
  AlertTestSent: 'routine',
}

/**
 * What an entry may become, by the first rule that has a kind for it; none for routine. A type that nobody has decided on is told when it is urgent, so that
 * forgetting a line here hides nothing.
 */
export function rulesOf({ type, severity }: Pick<FedEntry, 'type' | 'severity'>): readonly FeedRule[] {
  const rules = Object.hasOwn(ALERT_TABLE, type) ? ALERT_TABLE[type] : undefined
  if (rules === 'routine') return []
  if (rules !== undefined) return Array.isArray(rules) ? (rules as readonly FeedRule[]) : [rules as FeedRule]
  return severity === 'critical' || severity === 'high' ? [{ kind: 'unusual-activity', subject: () => type }] : []
}
