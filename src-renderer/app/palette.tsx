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
  IconShieldCheck,
  IconUsers,
  IconWorld,
  type Icon,
} from '@tabler/icons-react'
import { useMemo } from 'react'

import type { AppStatus, SettingsView } from '../../src-preload/contract/app'
import type { SignerView } from '../../src-preload/contract/signers'
import type { InstrumentView } from '../../src-preload/contract/market'
import { useAudit, verifyAudit } from '../stores/audit'
import { lockApp, useAuthority } from '../stores/authority'
import { cancelAll, haltAll } from '../stores/halt'
import { useMarket } from '../stores/market'
import { go, SCREENS } from '../stores/navigation'
import { known } from '../stores/remote'
import { switchEnvironment, updateSettings } from '../stores/settings'
import { lockSigner, unlockSigner, useSigners } from '../stores/signers'
import { useStatus } from '../stores/status'
import { fillTicket } from '../stores/ticket'
import { VENUE_WORDS } from '../ui/words/orders'
import { SCREEN_WORDS } from './screen-words'
import { tell } from './tell'

const ICON_PX = 20

function action(id: string, label: string, description: string, Symbol: Icon, run: () => void, keys?: string): SpotlightActionData {
  return {
    id,
    label,
    ...(description === '' ? {} : { description }),
    leftSection: <Symbol size={ICON_PX} stroke={1.75} aria-hidden />,
    ...(keys === undefined ? {} : { rightSection: <kbd className="hf-palette__keys">{keys}</kbd> }),
    onClick: run,
  }
}

/** Every action that is possible now, found by typing. */
export function Palette() {
  const status = useStatus((state) => state.status)
  const instruments = useMarket((state) => known(state.instruments))
  const signers = useSigners((state) => known(state.signers))
  const verifying = useAudit((state) => known(state.status)?.verdict === 'verifying')
  const canLock = useAuthority(({ session }) => session?.canLock ?? false)
  const groups = useMemo(
    () => [
      { group: 'Safety', actions: safety(status, verifying, canLock) },
      { group: 'Go to', actions: places() },
      { group: 'Trade', actions: (instruments ?? []).flatMap(tickets) },
      { group: 'Signers', actions: [...(signers ?? []).flatMap(ofSigner), addingSigner()] },
      { group: 'Holdfast', actions: [...environments(status), ...colours()] },
    ],
    [status, instruments, signers, verifying, canLock],
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
