import { IconCommand } from '@tabler/icons-react'
import { useEffect } from 'react'

import { go, hrefOf, SCREENS, useNavigation, type Screen } from '../stores/navigation'
import { openPalette } from './palette'
import { SCREEN_WORDS } from './screen-words'

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
            className="hf-nav__item"
            href={hrefOf(each)}
            aria-current={each === screen ? 'page' : undefined}
            title={`${name} (${keyOf(index)})`}
          >
            <Symbol size={18} stroke={1.75} aria-hidden />
            <span className="hf-nav__name">{name}</span>
            <kbd aria-hidden>{keyOf(index)}</kbd>
          </a>
        )
      })}
      <button type="button" className="hf-nav__item hf-nav__palette" title="All actions (Ctrl+K)" onClick={openPalette}>
        <IconCommand size={18} stroke={1.75} aria-hidden />
        <span className="hf-nav__name">Actions</span>
        <kbd aria-hidden>Ctrl K</kbd>
      </button>
    </nav>
  )
}

/** The tenth screen has the key 0, as on the keyboard. */
function keyOf(index: number): number {
  return (index + 1) % 10
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
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1]
  if (digit === undefined || ctrlKey || metaKey || shiftKey) return null
  const busy = target instanceof Element && target.closest('input, textarea, select, [contenteditable], [role="dialog"]') !== null
  return busy && !altKey ? null : (SCREENS[(Number(digit) + 9) % 10] ?? null)
}
