import { Spotlight, spotlight, type SpotlightActionData } from '@mantine/spotlight'
import {
  IconArrowBackUp,
  IconArrowsExchange,
  IconBan,
  IconHandStop,
  IconLock,
  IconLockOpen,
  IconPalette,
  IconPlus,
  IconChecklist,
  IconShieldCheck,
  IconUsers,
  IconWorld,
} from '@tabler/icons-react'
import { useMemo } from 'react'

import type { AppStatus, SettingsView } from '../../src-preload/contract/app'
import type { SignerView } from '../../src-preload/contract/signers'
import type { InstrumentView } from '../../src-preload/contract/market'
import { useAlerts } from '../stores/alerts'
import { useAudit, verifyAudit } from '../stores/audit'
import { lockApp, useAuthority } from '../stores/authority'
import { useGuards } from '../stores/guards'
import { cancelAll, haltAll } from '../stores/halt'
import { useIncidents } from '../stores/incidents'
import { useMarket } from '../stores/market'
import { go, SCREENS } from '../stores/navigation'
import { useOrders } from '../stores/orders'
import { known } from '../stores/remote'
import { switchEnvironment, updateSettings } from '../stores/settings'
import { lockSigner, unlockSigner, useSigners } from '../stores/signers'
import { useStatus } from '../stores/status'
import { fillTicket } from '../stores/ticket'
import { useWatch } from '../stores/watch'
import { VENUE_WORDS } from '../ui/words/orders'
import { action } from './palette-action'
import { alertActs, breakerActs, drillActs, exportAct, orderActs, standActs, tradingActs } from './palette-acts'
import { SCREEN_WORDS } from './screen-words'
import { tell } from './tell'

/** Every action that is possible now, found by typing. */
export function Palette() {
  const status = useStatus((state) => state.status)
  const instruments = useMarket((state) => known(state.instruments))
  const signers = useSigners((state) => known(state.signers))
  const verifying = useAudit((state) => known(state.status)?.verdict === 'verifying')
  const canLock = useAuthority(({ session }) => session?.canLock ?? false)
  const now = useNowPossible(status)
  const groups = useMemo(
    () => [
      { group: 'Safety', actions: [...safety(status, verifying, canLock), ...now.safety] },
      { group: 'Go to', actions: places() },
      { group: 'Orders', actions: now.orders },
      { group: 'Trade', actions: (instruments ?? []).flatMap(tickets) },
      { group: 'Signers', actions: [...(signers ?? []).flatMap(ofSigner), addingSigner()] },
      { group: 'Holdfast', actions: [...environments(status), ...now.drills, ...colours()] },
    ],
    [status, instruments, signers, verifying, canLock, now],
  )
  return (
    <Spotlight
      actions={groups.filter(({ actions }) => actions.length > 0)}
      shortcut={['mod + K']}
      tagsToIgnore={[]}
      highlightQuery
      scrollable
      maxHeight={420}
      zIndex={300}
      overlayProps={{ blur: 0 }}
      classNames={{ inner: 'hf-below-strip', overlay: 'hf-below-strip' }}
      attributes={{ content: { 'aria-label': 'Actions' } }}
      nothingFound="No action that is possible now has that name."
      searchProps={{
        placeholder: 'What do you want to do?',
        'aria-label': 'Find an action',
        rightSection: <span className="hf-palette__keys">↑ ↓ Enter · Esc</span>,
        rightSectionWidth: 136,
        rightSectionPointerEvents: 'none',
      }}
    />
  )
}

/** What the state of orders, guards, alerts and the watch makes possible. */
function useNowPossible(status: AppStatus | null) {
  const open = useOrders((state) => known(state.open))
  const guards = useGuards((state) => known(state.guards))
  const alerts = useAlerts((state) => known(state.list))
  const stand = useWatch((state) => state.stand)
  const drills = useIncidents((state) => known(state.drills))
  return useMemo(() => {
    const trading = guards?.trading ?? null
    const breakers = guards?.breakers ?? []
    return {
      orders: orderActs(open ?? []),
      safety: [
        ...(stand === null ? [] : standActs(stand)),
        ...(trading === null ? [] : tradingActs(trading)),
        ...breakerActs(breakers),
        ...alertActs(alerts?.alerts ?? []),
        exportAct(),
      ],
      drills: drillActs({
        paper: status?.environment === 'paper',
        armed: status?.killSwitch.state === 'armed',
        trading,
        breakers,
        openOrders: (open ?? []).length,
        drills: drills ?? [],
      }),
    }
  }, [status, open, guards, alerts, stand, drills])
}

/** Opens the palette. */
export function openPalette(): void {
  spotlight.open()
}

function safety(status: AppStatus | null, verifying: boolean, canLock: boolean): SpotlightActionData[] {
  const halted = status !== null && status.killSwitch.state !== 'armed'
  return [
    action(
      'halt',
      'Halt all trading',
      'Closes the gate for everything on this machine, at once',
      IconHandStop,
      () => void haltAll('button'),
      'Ctrl+Shift+H',
    ),
    action('cancel-all', 'Cancel resting orders', 'Cancels every resting order; works also while halted', IconBan, () => {
      void cancelAll()
      go('orders')
    }),
    ...(canLock ? [action('lock', 'Lock Holdfast', 'Halting still works', IconLock, () => void lockApp().then(tell), 'Ctrl+Shift+L')] : []),
    ...(halted
      ? [action('recover', 'Release the halt', 'Opens the checklist that leads back to trading', IconArrowBackUp, () => go('guards'))]
      : []),
    ...(verifying
      ? []
      : [
          action('verify', 'Verify the audit chain', 'Checks every entry against its hash', IconShieldCheck, () => {
            go('audit')
            void verifyAudit().then(tell)
          }),
        ]),
  ]
}

function places(): SpotlightActionData[] {
  const screens = SCREENS.map((screen, index) =>
    action(`go-${screen}`, SCREEN_WORDS[screen].name, '', SCREEN_WORDS[screen].icon, () => go(screen), `Alt+${(index + 1) % 10}`),
  )
  return [
    ...screens,
    action('go-people', 'People and keys', 'Settings', IconUsers, () => go('settings', 'people')),
    action('go-readiness', 'Readiness', 'Settings', IconChecklist, () => go('settings', 'readiness')),
    action('go-policy', 'Policy', 'Settings', IconShieldCheck, () => go('settings', 'policy')),
    action('go-secrets', 'Secrets kept elsewhere', 'Settings', IconLock, () => go('settings', 'secrets')),
  ]
}

function tickets({ venue, symbol }: InstrumentView): SpotlightActionData[] {
  return (['buy', 'sell'] as const).map((side) =>
    action(
      `${side}-${venue}-${symbol}`,
      `${side === 'buy' ? 'Buy' : 'Sell'} ${symbol}`,
      `Fills the ticket, on ${VENUE_WORDS[venue]}`,
      IconArrowsExchange,
      () => {
        fillTicket({ venue, instrument: symbol, side })
        go('trade')
      },
    ),
  )
}

function addingSigner(): SpotlightActionData {
  return action('add-signer', 'Add a signer', 'A Ledger, a key file, a signing service, an HSM or a cloud', IconPlus, () =>
    go('signers', 'add'),
  )
}

function ofSigner({ id, label, status }: SignerView): SpotlightActionData[] {
  if (status === 'locked')
    return [
      action(
        `unlock-${id}`,
        `Unlock ${label}`,
        'The password is asked for in a window of its own',
        IconLockOpen,
        () => void unlockSigner(id).then(tell),
      ),
    ]
  if (status === 'ready')
    return [
      action(`lock-${id}`, `Lock ${label}`, 'Forgets the key until it is unlocked again', IconLock, () => void lockSigner(id).then(tell)),
    ]
  return []
}

function environments(status: AppStatus | null): SpotlightActionData[] {
  if (status === null) return []
  const possible = (['paper', 'testnet', 'live'] as const).filter(
    (each) => each !== status.environment && (each !== 'live' || status.liveLocks.length === 0),
  )
  return possible.map((each) =>
    action(`environment-${each}`, `Switch to ${each}`, 'Opens that environment', IconWorld, () => void switchEnvironment(each).then(tell)),
  )
}

function colours(): SpotlightActionData[] {
  const schemes: readonly (readonly [SettingsView['colourScheme'], string])[] = [
    ['dark', 'Dark colours'],
    ['light', 'Light colours'],
    ['auto', 'Colours as the system'],
  ]
  return schemes.map(([colourScheme, name]) =>
    action(`colours-${colourScheme}`, name, 'Colours', IconPalette, () => void updateSettings({ colourScheme }).then(tell)),
  )
}
