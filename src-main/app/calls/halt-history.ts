import type { HaltHistory, HaltHistoryLine } from '../../../src-preload/contract/watch'
import type { HistoryLine } from '../../engine/halt/history'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { JsonValue } from '../../lib/json'
import type { AppContext } from '../context'
import { inEnvironment } from './in-environment'
import { unknownOrders } from '../views/watch-view'

type Names = 'halt.history' | 'halt.explainOrder'

/** Calls about what became of halts, and about what is left open before a release. */
export function haltHistoryCalls(context: AppContext): Pick<AppCalls, Names> {
  return {
    'halt.history': ({ limit }) => {
      const { lines, intact, problem } = context.killSwitch().history()
      const shown = lines.slice(-limit).reverse().map(lineView)
      const history: HaltHistory = { lines: shown, total: lines.length, intact, problem: problem?.slice(0, 200) ?? null }
      return valueReply(history)
    },
    'halt.explainOrder': ({ orderId, reason }) =>
      inEnvironment(context, (environment) => {
        if (!unknownOrders(environment).some((order) => order.orderId === orderId)) return problemReply('NOT_FOUND')
        if (environment.audit.status().refuses !== null) return problemReply('AUDIT_UNAVAILABLE')
        environment.explained.explain(orderId, { by: context.actor(), reason })
        context.watch()?.settingsChanged()
        return valueReply({})
      }),
  }
}

function lineView(line: HistoryLine): HaltHistoryLine {
  if (line.kind === 'bad') return { ...line, why: line.why.slice(0, 200) }
  const { seq, atMs, kind, environment, scope, source, by, reason, data } = line.entry
  const details = Object.entries(data).map(([name, value]) => ({ name: name.slice(0, 200), value: said(value) }))
  return { kind: 'entry', seq, atMs, event: kind, environment, scope, source, by, reason, details, linked: line.linked }
}

/** Detail of an event in one line: `key-1, key-2`, `venue-health: looked at it`. */
function said(value: JsonValue): string {
  const part = (one: JsonValue): string =>
    one !== null && typeof one === 'object' && !Array.isArray(one) ? Object.values(one).map(part).join(': ') : String(one)
  return (Array.isArray(value) ? value.map(part).join(', ') : part(value)).slice(0, 200)
}
