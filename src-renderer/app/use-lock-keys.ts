import { useEffect } from 'react'

import { lockApp } from '../stores/authority'

/** `Ctrl/⌘+Shift+L` locks from anywhere in the window; main hears it, too, for a page that hangs. */
export function useLockKeys(): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      const { ctrlKey, metaKey, shiftKey, altKey, code, key, repeat } = event
      const isLock = (ctrlKey || metaKey) && shiftKey && !altKey && (code === 'KeyL' || key.toLowerCase() === 'l')
      if (!isLock || repeat) return
      event.preventDefault()
      event.stopPropagation()
      void lockApp()
    }
    window.addEventListener('keydown', hear, { capture: true })
    return () => {
      window.removeEventListener('keydown', hear, { capture: true })
    }
  }, [])
}
