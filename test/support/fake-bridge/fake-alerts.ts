import type { CallInput, CallName, CallOutput } from '../../../src-preload/contract'
import type { AlertLightView, AlertListView, AlertSettingsView, AlertView } from '../../../src-preload/contract/alerts'
import { ALERTS } from '../../../src-main/domain/alert'
import type { Scenario } from './scenario'

const MINUTE = 60_000

type Names = Extract<CallName, `alerts.${string}`>

/** Alerts in memory, and how people are told. */
export class FakeAlerts {
  private alerts: AlertView[]
  settings: AlertSettingsView

  constructor(
    { orders, openBreakers, halted, chain }: Scenario,
    private readonly startedAtMs: number,
    private readonly tell: (alert: AlertView) => void,
  ) {
    this.alerts = [
      ...(halted === 'no'
        ? []
        : [this.make('kill-switch-triggered', 1, { figures: { by: 'ada', reason: 'the halt button was pressed' } })]),
      ...(openBreakers
        ? [
            this.make('alert-path-lost', 3, { subject: 'webhook', figures: { why: 'REFUSED', detail: '503' } }),
            this.make('breaker-opened', 2, { subject: 'slippage', figures: { why: '4 in a row' }, delivery: 'due' }),
          ]
        : []),
      ...(orders
        ? [
            this.make('outcome-unknown', 6, {
              subject: 'order-3',
              figures: { code: 'TIMEOUT_ERROR' },
              auditSeq: 124_310,
              delivery: 'sent',
            }),
            this.make('slippage-rejections', 25, { figures: { times: '3' }, count: 4 }),
            this.make('breaker-half-open', 50, { subject: 'network' }),
            this.make('protection-changed', 600, {
              figures: { by: 'ada', act: 'change-limits' },
              acknowledged: { by: 'ada', atMs: startedAtMs - 590 * MINUTE },
            }),
          ]
        : []),
    ]
    this.settings = {
      sound: true,
      desktop: ['critical', 'high'],
      webhook:
        !openBreakers && !chain
          ? null
          : {
              origin: 'https://alerts.example.org',
              severities: ['critical', 'high', 'medium'],
              secretSinceMs: startedAtMs - 40 * 24 * 60 * MINUTE,
              overlapUntilMs: chain ? startedAtMs + 600 * MINUTE : null,
              state: openBreakers ? 'lost' : 'working',
              lastTakenMs: startedAtMs - 20 * MINUTE,
              lastFailure: openBreakers ? { why: 'REFUSED', detail: '503', atMs: startedAtMs - 3 * MINUTE } : null,
              nextTryMs: openBreakers ? startedAtMs + 2 * MINUTE : null,
              waiting: openBreakers ? 2 : 0,
            },
    }
  }

  list(): AlertListView {
    return { alerts: this.alerts, kept: true }
  }

  light(): AlertLightView {
    const open = this.alerts.filter(({ acknowledged }) => acknowledged === null)
    return { urgent: open.filter(({ severity }) => severity === 'critical' || severity === 'high').length, open: open.length }
  }

  acknowledge(ids: readonly string[]): number {
    let marked = 0
    this.alerts = this.alerts.map((alert) => {
      if (!ids.includes(alert.id) || alert.acknowledged !== null) return alert
      marked += 1
      const done = { ...alert, acknowledged: { by: 'ada', atMs: Date.now() } }
      this.tell(done)
      return done
    })
    return marked
  }

  test(): string {
    const alert = this.make('test-alert', 0, { figures: { by: 'ada' } })
    this.alerts = [alert, ...this.alerts]
    this.tell(alert)
    return alert.id
  }

  private make(kind: AlertView['kind'], minutesAgo: number, more: Partial<AlertView>): AlertView {
    const atMs = this.startedAtMs - minutesAgo * MINUTE
    return {
      id: `alert-${kind}`,
      kind,
      severity: ALERTS[kind],
      subject: null,
      figures: {},
      auditSeq: 124_300 - minutesAgo,
      firstAtMs: atMs - (more.count === undefined ? 0 : 5 * MINUTE),
      lastAtMs: atMs,
      count: 1,
      acknowledged: null,
      delivery: 'none',
      attempts: 0,
      ...more,
    }
  }

  readonly handlers: { readonly [N in Names]: (input: CallInput<N>) => CallOutput<N> } = {
    'alerts.list': () => this.list(),
    'alerts.light': () => this.light(),
    'alerts.acknowledge': ({ ids }) => ({ acknowledged: this.acknowledge(ids) }),
    'alerts.settings': () => this.settings,
    'alerts.setSound': ({ on }) => {
      this.settings = { ...this.settings, sound: on }
      return {}
    },
    'alerts.setSeverities': ({ path, severities }) => {
      if (path === 'desktop') this.settings = { ...this.settings, desktop: severities }
      return { done: true }
    },
    'alerts.setWebhook': () => ({ done: false }),
    'alerts.removeWebhook': () => {
      this.settings = { ...this.settings, webhook: null }
      return { done: true }
    },
    'alerts.rotateSecret': () => ({ done: false }),
    'alerts.test': () => ({ id: this.test() }),
  }
}
