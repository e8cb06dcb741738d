import type { LimitsView, RepeatedView } from '../../../src-preload/contract/limits'
import type { ActChange } from '../../domain/admin-act'
import type { LimitName, LimitSettings } from '../../engine/limits/limit-settings'
import type { AccountLoss } from '../../engine/limits/loss-watch'
import type { RepeatedOrder } from '../../engine/limits/repeats'
import { utcDayEnd } from '../../engine/limits/utc-day'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'
import { CHANGED_MEANWHILE } from './changed-meanwhile'
import { inEnvironment } from './in-environment'

type Names = 'limits.status' | 'limits.change' | 'limits.acknowledgeRepeat' | 'limits.restartLoss'

/** Points that a window is shown of a day. */
const MOST_POINTS = 300

/** What each limit is called in the main-owned window. */
const LABELS: Readonly<Record<LimitName, string>> = {
  maxOrderUsd: 'Most for one order, USD',
  maxAssetDayUsd: 'Most of one asset a day, USD',
  maxDayUsd: 'Most a day, USD',
  maxOrdersPerSecond: 'Orders in a second',
  maxOrdersPerMinute: 'Orders in a minute',
  maxOpenOrders: 'Open orders',
  repeatCount: 'The same order, times',
  repeatWindowMin: 'The same order, within minutes',
  lossReducePct: 'Loss of the day that reduces, %',
  lossHaltPct: 'Loss of the day that halts, %',
  lossBasis: 'Loss measured from the day’s',
  valuationTimeoutMin: 'Value unknown for minutes before an alarm',
}

/** Calls about exposure and loss limits (product row B9). What tightens is done at once and recorded; what loosens is authorised. */
export function limitsCalls(context: AppContext): Pick<AppCalls, Names> {
  const act = 'change-limits'
  return {
    'limits.status': () => inEnvironment(context, (environment) => valueReply(limitsView(context, environment))),
    'limits.change': ({ change, reason }) =>
      inEnvironment(context, async ({ limits: { store } }) => {
        const wanted = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<LimitSettings>
        const wrong = store.wrongWith(wanted)
        if (wrong !== null) return problemReply('INVALID_INPUT', { where: wrong })
        const { changed, loosened } = store.compare(wanted)
        if (changed.length === 0) return valueReply({ done: true })
        const carryOut = (actor: string): null => {
          store.change(wanted, { actor, reason })
          return null
        }
        if (loosened.length === 0) {
          carryOut(context.actor())
          return valueReply({ done: true })
        }
        const before = store.get()
        const changes = changed.map((name): ActChange => ({
          label: LABELS[name],
          before: String(before[name]),
          after: String(wanted[name]),
        }))
        return context.authorise({ act, subject: '', reason, changes, checks: [], approvalsAtLeast: 1 }, ({ by }) =>
          store.get() === before ? carryOut(by.join(', ')) : CHANGED_MEANWHILE,
        )
      }),
    'limits.acknowledgeRepeat': ({ key, reason }) =>
      inEnvironment(context, async ({ limits }) => {
        const found = limits.overview().repeats.find((each) => each.key === key)
        if (found === undefined) return problemReply('NOT_FOUND')
        const { side, amount, instrument } = repeatedView(found)
        const changes = [{ label: 'The same order again', before: `refused after ${found.count}`, after: 'counted anew' }]
        return context.authorise(
          { act, subject: `${side} ${amount} ${instrument}`, reason, changes, checks: [], approvalsAtLeast: 1 },
          ({ by }) => {
            limits.acknowledgeRepeat(key, { actor: by.join(', '), reason })
            return null
          },
        )
      }),
    'limits.restartLoss': ({ account, reason }) =>
      inEnvironment(context, async ({ exposure: { loss } }) => {
        const found = loss.view().find(({ id }) => id === account)?.reading ?? null
        if (found === null) return problemReply('NOT_FOUND')
        const before = `${found.lossPct.toFixed(2)} % of ${found.fromUsd.toFixed(2)} USD`
        const changes = [{ label: 'Loss of the day', before, after: `0 % of ${found.day.lastUsd} USD` }]
        return context.authorise({ act, subject: account, reason, changes, checks: [], approvalsAtLeast: 1 }, ({ by }) =>
          loss.restart(account, { actor: by.join(', '), reason })
            ? null
            : { code: 'CHECK_BLOCKED', figures: { detail: 'Its value is not known now.' } },
        )
      }),
  }
}

/** Limits, what is used of them, and the losses of the day, at this moment. */
export function limitsView(context: AppContext, { limits, exposure }: OpenEnvironment): LimitsView {
  const overview = limits.overview()
  const atMs = context.clock.wallMs()
  return {
    settings: { ...limits.store.get() },
    trouble: overview.trouble?.slice(0, 200) ?? null,
    dayUsd: overview.dayUsd.toFixed(),
    assets: overview.assets
      .filter(({ usedUsd }) => usedUsd.gt(0))
      .sort((a, b) => b.usedUsd.cmp(a.usedUsd))
      .slice(0, 200)
      .map(({ asset, usedUsd }) => ({ asset, usedUsd: usedUsd.toFixed() })),
    ordersLastSecond: overview.ordersLastSecond,
    ordersLastMinute: overview.ordersLastMinute,
    openOrders: overview.openOrders,
    repeated: overview.repeats.slice(0, 200).map(repeatedView),
    losses: exposure.loss.view().slice(0, 100).map(lossView),
    dayEndsMs: utcDayEnd(overview.dayStartMs),
    atMs,
  }
}

function repeatedView({ key, count, throttledSinceMs }: RepeatedOrder): RepeatedView {
  const [, , instrument = '', side = '', amount = '0', amountUnit = ''] = key.split('|')
  return {
    key,
    instrument,
    side: side === 'buy' ? 'buy' : 'sell',
    amount,
    amountUnit: amountUnit === 'quote' ? 'quote' : 'base',
    count,
    throttledSinceMs,
  }
}

function lossView({ id, label, reading, points, unknownSinceMs }: AccountLoss): LimitsView['losses'][number] {
  const every = Math.ceil(points.length / MOST_POINTS)
  return {
    id,
    label: label.slice(0, 200),
    equityUsd: reading?.day.lastUsd ?? null,
    fromUsd: reading?.fromUsd.toFixed() ?? null,
    startUsd: reading?.day.startUsd ?? null,
    highUsd: reading?.day.highUsd ?? null,
    lossPct: reading?.lossPct.toFixed(4) ?? null,
    reducedAtMs: reading?.day.reducedAtMs ?? null,
    haltedAtMs: reading?.day.haltedAtMs ?? null,
    unknownSinceMs,
    points: points.filter((_, index) => index % every === 0 || index === points.length - 1).map((point) => ({ ...point })),
  }
}
