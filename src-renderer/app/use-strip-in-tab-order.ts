import { useEffect } from 'react'

const TABBABLE =
  'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex]:not([tabindex="-1"])'
/** What halts and what may be done while halted; never covered, and never out of reach. */
const HALTING = '.hf-halt, .hf-halt-bar button, .hf-halt-bar a'

/**
 * Makes the halt button, and what the strip offers while halted, a part of every open sheet's and dialog's tab order: the focus of a sheet is kept inside of
 * it, and without this nobody could halt by Tab while one is open. Heard before the sheet hears it.
 */
export function useStripInTabOrder(): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.key !== 'Tab' || event.ctrlKey || event.altKey || event.metaKey) return
      const dialog = [...document.querySelectorAll<HTMLElement>('[role="dialog"][aria-modal="true"]')].filter(isVisible).at(-1)
      if (dialog === undefined) return
      const next = nextInRing(ringOf(dialog), document.activeElement, event.shiftKey)
      if (next === null) return
      event.preventDefault()
      event.stopPropagation()
      next.focus()
    }
    document.addEventListener('keydown', hear, { capture: true })
    return () => {
      document.removeEventListener('keydown', hear, { capture: true })
    }
  }, [])
}

interface Ring {
  readonly inside: readonly HTMLElement[]
  readonly strip: readonly HTMLElement[]
}

function ringOf(dialog: HTMLElement): Ring {
  return {
    inside: [...dialog.querySelectorAll<HTMLElement>(TABBABLE)].filter(isVisible),
    strip: [...document.querySelectorAll<HTMLElement>(HALTING)].filter(isVisible),
  }
}

/** Where Tab leads from the edge of a sheet into the strip, along it, and back; null where the sheet itself knows. */
export function nextInRing<T>(
  { inside, strip }: { readonly inside: readonly T[]; readonly strip: readonly T[] },
  at: unknown,
  back: boolean,
): T | null {
  if (strip.length === 0) return null
  const place = strip.findIndex((each) => each === at)
  if (place >= 0) return strip[place + (back ? -1 : 1)] ?? (back ? inside.at(-1) : inside[0]) ?? null
  const edge = back ? inside[0] : inside.at(-1)
  if (at !== edge && inside.length > 0) return null
  return (back ? strip.at(-1) : strip[0]) ?? null
}

function isVisible(element: HTMLElement): boolean {
  return element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden'
}
