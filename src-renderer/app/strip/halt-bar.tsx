import { Button } from '@mantine/core'
import type { ReactNode } from 'react'

import type { KillSwitchView } from '../../../src-preload/contract/guards'
import { cancelAll, haltAll, useHalt, type HaltPress } from '../../stores/halt'
import { go } from '../../stores/navigation'
import { useOrders } from '../../stores/orders'
import { known } from '../../stores/remote'
import { useStatus } from '../../stores/status'
import { exactly, relative, took } from '../../ui/format/time'
import { useNow } from '../../ui/use-now'
import { HALT_SCOPE_WORDS, haltOrigin, KILL_SWITCH_WORDS } from '../../ui/words/halts'
import { sayProblem } from '../../ui/words/problems'

/** What the halt is, since when and by whom, and what may still be done. Nothing while trading is armed and nothing failed. */
export function HaltBar() {
  const killSwitch = useStatus(({ status }) => status?.killSwitch ?? null)
  const firstRun = useStatus(({ status }) => status?.phase === 'first-run')
  const press = useHalt((state) => state.press)
  if (press.kind === 'failed') return <HaltFailed press={press} />
  if (killSwitch === null || killSwitch.state === 'armed') return press.kind === 'halting' ? <Bar>Halting: closing the gate…</Bar> : null
  return (
    <Bar actions={<Actions withScreens={!firstRun} />}>
      <Story killSwitch={killSwitch} press={press} />
    </Bar>
  )
}

function Bar({ children, actions }: { readonly children: ReactNode; readonly actions?: ReactNode }) {
  return (
    <section className="hf-halt-bar" aria-label="Halt">
      <div className="hf-halt-bar__story">{children}</div>
      {actions !== undefined && <div className="hf-halt-bar__actions">{actions}</div>}
    </section>
  )
}

function HaltFailed({ press }: { readonly press: Extract<HaltPress, { kind: 'failed' }> }) {
  return (
    <Bar
      actions={
        <Button size="compact-sm" variant="white" color="dark" onClick={() => void haltAll('button')}>
          Halt again
        </Button>
      }
    >
      <strong>The halt did not go through; trading may still be possible.</strong> {sayProblem(press.problem).what} Press again, use the
      tray menu, or create the kill file.
    </Bar>
  )
}

function Story({ killSwitch, press }: { readonly killSwitch: KillSwitchView; readonly press: HaltPress }) {
  const nowMs = useNow()
  const { state, sinceMs, scope } = killSwitch
  const covers = scope === null ? '' : ` It covers ${HALT_SCOPE_WORDS[scope]}.`
  return (
    <>
      <strong>
        {KILL_SWITCH_WORDS[state].name}
        {sinceMs !== null && (
          <>
            {' '}
            <time title={exactly(sinceMs)}>{relative(sinceMs, nowMs)}</time>
          </>
        )}{' '}
        {haltOrigin(killSwitch)}.
      </strong>{' '}
      {KILL_SWITCH_WORDS[state].means}
      {covers}
      {press.kind === 'closed' && ` The gate closed ${took(press.tookMs)} after the press${durability(press)}.`} <CancelReport />
    </>
  )
}

function durability({ durable, durableDetail }: Extract<HaltPress, { kind: 'closed' }>): string {
  if (durable === null) return '; writing it to disk'
  return durable ? ' and is on disk' : `, but could not be written to disk (${durableDetail}): it may not survive a restart`
}

function Actions({ withScreens }: { readonly withScreens: boolean }) {
  const canceling = useHalt((state) => state.cancelAll)
  const open = useOrders((state) => known(state.open)?.length ?? null)
  return (
    <>
      <Button
        size="compact-sm"
        variant="white"
        color="dark"
        loading={canceling.kind === 'canceling'}
        aria-label="Cancel what is out"
        onClick={() => void cancelAll()}
      >
        Cancel what is out{open === null || open === 0 ? '' : ` (${open})`}
      </Button>
      {withScreens && (
        <>
          <Button size="compact-sm" variant="outline" color="white" onClick={() => go('orders')}>
            Review orders
          </Button>
          <Button size="compact-sm" variant="outline" color="white" onClick={() => go('guards')}>
            Recover
          </Button>
        </>
      )}
    </>
  )
}

function CancelReport() {
  const canceling = useHalt((state) => state.cancelAll)
  if (canceling.kind === 'failed') return <span role="alert">Nothing was canceled. {sayProblem(canceling.problem).what}</span>
  if (canceling.kind !== 'done') return null
  const { asked, canceled, notCanceled } = canceling.report
  if (asked === 0) return <span role="status">Nothing was out.</span>
  const [first] = notCanceled
  return (
    <span role="status" title={notCanceled.map(({ orderId, why }) => `${orderId}: ${why}`).join('\n')}>
      {canceled} of {asked} canceled.
      {first !== undefined && ` Not canceled: ${first.why}${notCanceled.length > 1 ? ` (+${notCanceled.length - 1})` : ''}`}
    </span>
  )
}
