import { Button } from '@mantine/core'
import type { ReactNode } from 'react'

import type { KillSwitchView } from '../../../src-preload/contract/guards'
import { useAuthority } from '../../stores/authority'
import { haltAll, sweepAll, useHalt, type HaltPress } from '../../stores/halt'
import { go } from '../../stores/navigation'
import { useOrders } from '../../stores/orders'
import { known } from '../../stores/remote'
import { useStatus } from '../../stores/status'
import { exactly, happened, took } from '../../ui/format/time'
import { useNow } from '../../ui/use-now'
import { HALT_SCOPE_WORDS, haltOrigin, isNotArmedYet, KILL_SWITCH_WORDS, NOT_ARMED_YET_WORDS, sayLeftOut } from '../../ui/words/halts'
import { sayProblem } from '../../ui/words/problems'
import { SWEEP_MODE_WORDS } from '../../ui/words/sweep'
import { SweepProgress } from './sweep-progress'

/** What the halt is, since when and by whom, and what may still be done. Nothing while trading is armed and nothing failed. */
export function HaltBar() {
  const killSwitch = useStatus(({ status }) => status?.killSwitch ?? null)
  const firstRun = useStatus(({ status }) => status?.phase === 'first-run')
  const locked = useAuthority(({ session }) => session?.locked ?? true)
  const press = useHalt((state) => state.press)
  if (press.kind === 'failed') return <HaltFailed press={press} />
  if (firstRun && isNotArmedYet(killSwitch)) return <Bar>{NOT_ARMED_YET_WORDS}</Bar>
  if (killSwitch === null || killSwitch.state === 'armed') return press.kind === 'halting' ? <Bar>Halting: closing the gate…</Bar> : null
  return (
    <Bar actions={<Actions withScreens={!firstRun && !locked} />} below={<SweepProgress sinceMs={killSwitch.sinceMs} />}>
      <Story killSwitch={killSwitch} press={press} />
      <Elsewhere />
    </Bar>
  )
}

interface BarProps {
  readonly children: ReactNode
  readonly actions?: ReactNode
  readonly below?: ReactNode
}

function Bar({ children, actions, below }: BarProps) {
  return (
    <section className="hf-halt-bar" aria-label="Halt">
      <div className="hf-halt-bar__story">{children}</div>
      {actions !== undefined && <div className="hf-halt-bar__actions">{actions}</div>}
      {below}
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
        {state !== 'triggered' && ', halted'}
        {sinceMs !== null && (
          <>
            {' '}
            <time title={exactly(sinceMs)}>{happened(sinceMs, nowMs)}</time>
          </>
        )}{' '}
        {haltOrigin(killSwitch)}.
      </strong>{' '}
      {KILL_SWITCH_WORDS[state].means}
      {covers}
      {press.kind === 'closed' &&
        press.sinceMs === sinceMs &&
        ` The gate closed ${took(press.tookMs)} after the press${durability(press)}.`}
    </>
  )
}

/** What the halt does not go after, because it is in an environment that is not open. */
function Elsewhere() {
  const left = useStatus(({ status }) => status?.leftElsewhere) ?? []
  return left.map((each) => (
    <p key={each.environment} className="hf-halt-bar__elsewhere">
      {sayLeftOut(each)}
    </p>
  ))
}

function durability({ durable, durableDetail }: Extract<HaltPress, { kind: 'closed' }>): string {
  if (durable === null) return '; writing it to disk'
  return durable ? ' and is on disk' : `, but could not be written to disk (${durableDetail}): it may not survive a restart`
}

function Actions({ withScreens }: { readonly withScreens: boolean }) {
  const asking = useHalt((state) => state.second.kind === 'asking')
  const open = useOrders((state) => known(state.open))
  const resting = open?.filter(({ venue }) => !ON_CHAIN.has(venue)).length ?? null
  const count = (some: number | null): string => (some === null || some === 0 ? '' : ` (${some})`)
  return (
    <>
      <Button
        size="compact-sm"
        variant="white"
        color="dark"
        loading={asking}
        title={SWEEP_MODE_WORDS.graceful.means}
        onClick={() => void sweepAll('graceful')}
      >
        {SWEEP_MODE_WORDS.graceful.action}
        {count(resting)}
      </Button>
      <Button
        size="compact-sm"
        variant="white"
        color="dark"
        loading={asking}
        title={SWEEP_MODE_WORDS.emergency.means}
        onClick={() => void sweepAll('emergency')}
      >
        {SWEEP_MODE_WORDS.emergency.action}
        {count(open?.length ?? null)}
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

/** Venues where an order is a transaction, which only an emergency goes after. */
const ON_CHAIN: ReadonlySet<string> = new Set(['uniswap-v3', 'uniswap-v2'])
