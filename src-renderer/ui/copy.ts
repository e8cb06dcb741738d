/** Puts text on the clipboard; false when the system refused. The old way is the fallback where the new one needs a permission. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'hf-hidden'
  // Inside an open drawer, or its focus trap would take the selection away.
  const within = focused?.closest('[role="dialog"]') ?? document.body
  within.append(area)
  area.select()
  // Deprecated, and the only way that needs no permission.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const copied = document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return copied
}
