import type { WebContents } from 'electron'

/** What a window sees only when a person does it; a moving mouse is none of it, for things move under a mouse that lies still. */
const DELIBERATE = ['rawKeyDown', 'keyDown', 'char', 'mouseDown', 'mouseWheel', 'touchStart', 'gestureTap', 'gestureScrollBegin'] as const

/** Tells of a person's input into a window, as main sees it: the page has no say in it. Older Electrons tell of keys alone. */
export function hearPerson(contents: WebContents, onPerson: () => void): void {
  contents.on('before-input-event', () => {
    onPerson()
  })
  contents.on('input-event', (_event, { type }) => {
    if (DELIBERATE.some((deliberate) => deliberate === type)) onPerson()
  })
}
