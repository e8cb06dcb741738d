import type { DrillView, IncidentStoryView, IncidentView } from '../../../src-preload/contract/incidents'

const MINUTE = 60_000

/** Halts and drills, made up. */
export class FakeIncidents {
  private readonly list: readonly IncidentView[]
  private drills: readonly DrillView[]

  constructor(
    empty: boolean,
    private readonly nowMs: number,
  ) {
    const halt = (id: string, agoMs: number, lastedMs: number | null, rest: Partial<IncidentView>): IncidentView => ({
      ...{ id, sinceMs: nowMs - agoMs, untilMs: lastedMs === null ? null : nowMs - agoMs + lastedMs, environment: 'paper' },
      ...{ source: 'button', by: 'operator', reason: 'the halt button was pressed', scope: 'machine', mode: 'gate-only' },
      ...{ releasedBy: lastedMs === null ? null : 'Ada', toldBy: 'audit' },
      ...rest,
    })
    this.list = empty
      ? []
      : [
          halt('a124210', 26 * MINUTE, 9 * MINUTE, { mode: 'graceful', reason: 'the venue looked wrong' }),
          halt('a101877', 31 * 60 * MINUTE, 42 * MINUTE, { source: 'automatic', by: 'balance-drop', reason: 'A balance fell by 31 %' }),
          halt('h12', 9 * 24 * 60 * MINUTE, 3 * MINUTE, { source: 'kill-file', by: 'kill file', reason: 'by hand', toldBy: 'history' }),
        ]
    this.drills = empty
      ? []
      : [this.drill('halt', 'passed', 3 * 24 * 60 * MINUTE), this.drill('breaker-storm', 'passed', 8 * 24 * 60 * MINUTE)]
  }

  all(): IncidentView[] {
    return [...this.list]
  }

  story(id: string): IncidentStoryView | null {
    const incident = this.list.find((each) => each.id === id)
    if (incident === undefined) return null
    const at = (afterMs: number): number => incident.sinceMs + afterMs
    const moment = (
      afterMs: number,
      type: string,
      auditSeq: number | null,
      figures: Record<string, string>,
      subject: string | null = null,
    ) => ({
      ...{ atMs: at(afterMs), type, actor: afterMs > 500_000 ? 'Ada' : 'operator', subject, figures, auditSeq },
    })
    return {
      ...incident,
      omitted: 0,
      moments: [
        moment(-2_140, 'BreakerChanged', 124_208, { from: 'closed', to: 'open', why: '2 in a row' }, 'network'),
        moment(0, 'KillSwitchTriggered', 124_210, { source: 'button', reason: incident.reason, mode: 'graceful', durable: 'true' }),
        moment(31, 'SweepStarted', 124_211, { mode: 'graceful', cause: 'halt', venues: '["paper"]' }),
        moment(74, 'OrderCanceled', 124_214, {}, 'ord-7989c2d0a32b'),
        moment(122, 'SweepFinished', 124_216, { canceled: '2', ended: '0', failing: '0', phase: 'clear', tookMs: '91' }),
        moment(512_000, 'RecoveryBegun', null, { reason: 'the venue answers again' }),
        moment(540_000, 'KillSwitchReleased', 124_230, { reason: 'the venue answers again', integrity: 'verified' }),
        moment(540_004, 'ReleaseVerified', 124_231, {}),
      ],
      orders: [
        {
          ...{ orderId: 'ord-7989c2d0a32b', venue: 'paper', instrument: 'ETH-USD', side: 'sell' },
          ...{ amount: '0.5', amountUnit: 'base', before: 'OrderAccepted', now: 'canceled' },
        },
        {
          ...{ orderId: 'ord-118b0c3e55f1', venue: 'paper', instrument: 'SOL-USD', side: 'buy' },
          ...{ amount: '12', amountUnit: 'base', before: 'OrderPartiallyFilled', now: 'canceled' },
        },
      ],
      checks: [
        { name: 'kill-file-absent', status: 'ok' },
        { name: 'breakers-closed-or-acknowledged', status: 'acknowledged' },
        { name: 'audit-chain-verified', status: 'ok' },
        { name: 'leases-on-disk', status: 'ok' },
      ],
    }
  }

  drillList(): DrillView[] {
    return [...this.drills]
  }

  start(kind: DrillView['kind']): DrillView {
    const drill = this.drill(kind, 'awaits-release', 0)
    this.drills = [drill, ...this.drills]
    return drill
  }

  private drill(kind: DrillView['kind'], result: DrillView['result'], agoMs: number): DrillView {
    const startedAtMs = this.nowMs - agoMs
    const measure = (name: DrillView['measures'][number]['name'], tookMs: number | null, targetMs: number | null) => ({
      name,
      tookMs,
      targetMs,
    })
    const measures =
      kind === 'breaker-storm'
        ? [measure('breaker-open', 212, 30_000), measure('order-refused', 231, 30_000)]
        : [
            measure('gate-closed', 0.4, 2_000),
            measure('lease-gone', 2.1, 2_000),
            ...(kind === 'emergency-halt'
              ? [measure('speed-up-refused', 3.8, 2_000), measure('cancels-sent', 62, 30_000), measure('chain-clear', 1_240, 30_000)]
              : []),
            measure('all-canceled', 94, 30_000),
            measure('verified', 1_620, 120_000),
            measure('recovered', result === 'passed' ? 74_000 : null, null),
          ]
    return {
      ...{ drillId: `drill-${startedAtMs}-${kind}`, kind, by: 'operator', startedAtMs, endedAtMs: startedAtMs + 2_000, result, measures },
      chain: kind === 'emergency-halt' ? { waiting: 3, canceled: 3 } : null,
      notes: [],
    }
  }
}
