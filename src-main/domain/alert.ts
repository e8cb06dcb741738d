/** Severities of alerts, most urgent first (product row X7). */
export const ALERT_SEVERITIES = ['critical', 'high', 'medium', 'low'] as const
/** A severity of an alert. */
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number]

/**
 * What people are told of, and how urgent it is. Closed: a new kind is a new line, and the renderer has a sentence for each. The seed's table, with what
 * this app watches besides.
 */
export const ALERTS = {
  'kill-switch-triggered': 'critical',
  'kill-switch-released': 'critical',
  /** All trading of the environment, short of the kill switch. */
  'trading-halted': 'critical',
  'halt-not-durable': 'critical',
  'cancel-failed': 'critical',
  'signer-failed': 'critical',
  'signature-mismatch': 'critical',
  'authentication-failures': 'critical',
  'audit-broken': 'critical',
  'authority-rolled-back': 'critical',
  'balance-drop': 'critical',
  'loss-limit': 'critical',
  'dead-man': 'critical',
  'disk-full': 'critical',
  'endpoints-disagree': 'critical',
  /** What counted as filled never came to be. */
  'fill-undone': 'critical',
  /** What counted as canceled or failed is carried out after all. */
  'end-undone': 'critical',
  'call-forbidden': 'high',
  'breaker-opened': 'high',
  'trading-reduced': 'high',
  'outcome-unknown': 'high',
  reorg: 'high',
  'fill-reorged': 'high',
  'clock-jump': 'high',
  'unknown-client': 'high',
  'unusual-activity': 'high',
  'valuation-missing': 'high',
  'alert-path-lost': 'high',
  'order-withheld': 'high',
  'nonce-taken': 'high',
  /** What had been taken back is in a block again. */
  'fill-mined-again': 'medium',
  'protection-changed': 'medium',
  'endpoint-down': 'medium',
  'network-trouble': 'medium',
  'confirmation-timeout': 'medium',
  'transaction-stuck': 'medium',
  'transaction-dropped': 'medium',
  'slippage-rejections': 'medium',
  'order-failed': 'medium',
  'limit-reached': 'medium',
  /** Orders end well much less often than they usually do. */
  'error-rate': 'medium',
  'internal-fault': 'medium',
  'breaker-half-open': 'low',
  /** Something takes much longer than it usually does. */
  'performance-degraded': 'low',
  drill: 'low',
  /** A person tries the ways by which alerts travel; it goes by all of them, whatever its severity. */
  'test-alert': 'low',
} as const satisfies Readonly<Record<string, AlertSeverity>>
/** A kind of alert. */
export type AlertKind = keyof typeof ALERTS
/** All kinds. */
export const ALERT_KINDS = Object.keys(ALERTS) as readonly AlertKind[]

/** Something that people are told of. */
export interface Alert {
  readonly kind: AlertKind
  /** What it is about, such as an order's id or a breaker's name; alerts of one kind and subject are folded together. Null for the whole app. */
  readonly subject: string | null
  /** Ready for a sentence; never a secret. */
  readonly figures: Readonly<Record<string, string>>
}

/** Where alerts go. Never throws and never waits: nothing may stand in the way of what raised it. */
export interface AlertSink {
  raise(alert: Alert): void
}
