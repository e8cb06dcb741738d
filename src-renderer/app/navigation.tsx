import { UnstyledButton } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import {
  IconArrowsExchange,
  IconCommand,
  IconFileCertificate,
  IconKey,
  IconListDetails,
  IconSettings,
  IconShieldHalf,
  IconWallet,
  type Icon,
} from '@tabler/icons-react'
import { useEffect } from 'react'

import { go, hrefOf, SCREENS, useNavigation, type Screen } from '../stores/navigation'

/** What each screen is called and shown by. */
export const SCREEN_WORDS: Readonly<Record<Screen, { readonly name: string; readonly icon: Icon }>> = {
  trade: { name: 'Trade', icon: IconArrowsExchange },
  orders: { name: 'Orders', icon: IconListDetails },
  balances: { name: 'Balances', icon: IconWallet },
  guards: { name: 'Guards', icon: IconShieldHalf },
  signers: { name: 'Signers', icon: IconKey },
  audit: { name: 'Audit', icon: IconFileCertificate },
  settings: { name: 'Settings', icon: IconSettings },
}

/** The screens; number keys reach them too. */
export function Navigation() {
  const screen = useNavigation((place) => place.screen)
  useNumberKeys()
  return (
    <nav className="hf-nav" aria-label="Screens">
      {SCREENS.map((each, index) => {
        const { name, icon: Symbol } = SCREEN_WORDS[each]
        return (
          <a
            key={each}
            href={hrefOf(each)}
            aria-label={name}
            aria-current={each === screen ? 'page' : undefined}
            title={`${name} (${index + 1})`}
          >
            <Symbol size={18} stroke={1.75} aria-hidden />
            <span className="hf-nav__name">{name}</span>
            <kbd aria-hidden>{index + 1}</kbd>
          </a>
        )
      })}
      <UnstyledButton
        className="hf-nav__palette"
        component="a"
        href={hrefOf(screen)}
        role="button"
        aria-label="All actions"
        title="All actions (Ctrl+K)"
        onClick={openPalette}
      >
        <IconCommand size={18} stroke={1.75} aria-hidden />
        <span className="hf-nav__name">Actions</span>
        <kbd aria-hidden>Ctrl K</kbd>
      </UnstyledButton>
    </nav>
  )
}

function openPalette(event: { preventDefault: () => void }): void {
  event.preventDefault()
  spotlight.open()
}

function useNumberKeys(): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      const screen = screenOfKey(event)
      if (screen === null) return
      event.preventDefault()
      go(screen)
    }
    window.addEventListener('keydown', hear)
    return () => {
      window.removeEventListener('keydown', hear)
    }
  }, [])
}

/** The screen that a key leads to: `Alt` and a digit anywhere, the digit alone where nothing is being typed or chosen. */
function screenOfKey({ code, altKey, ctrlKey, metaKey, shiftKey, target }: KeyboardEvent): Screen | null {
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1]
  if (digit === undefined || ctrlKey || metaKey || shiftKey) return null
  const busy = target instanceof Element && target.closest('input, textarea, select, [contenteditable], [role="dialog"]') !== null
  return busy && !altKey ? null : (SCREENS[Number(digit) - 1] ?? null)
}
