import { useEffect } from 'react'

import { haltAll } from '../stores/halt'

/** `Ctrl/⌘+Shift+H`, by letter or by its place on the keyboard, so that it works on every layout. */
export function isHaltKey({ ctrlKey, metaKey, shiftKey, altKey, code, key }: KeyboardEvent): boolean {
  return (ctrlKey || metaKey) && shiftKey && !altKey && (code === 'KeyH' || key.toLowerCase() === 'h')
}

/** Halts from anywhere in the window: heard first, whatever has the focus. */
export function useHaltKeys(): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (!isHaltKey(event) || event.repeat) return
      event.preventDefault()
      event.stopPropagation()
      void haltAll('shortcut')
    }
    window.addEventListener('keydown', hear, { capture: true })
    return () => {
      window.removeEventListener('keydown', hear, { capture: true })
    }
  }, [])
}
