import { expect, type Locator, type Page } from '@playwright/test'

/** More than this many stops between two things is not a sensible order. */
const MOST_STOPS = 60

/**
 * Moves the focus with Tab alone until `target` has it, and answers how many stops that took. At every stop the thing that has the focus must lie in the window,
 * and must look different from how it looks without.
 */
export async function tabTo(page: Page, target: Locator): Promise<number> {
  for (let stops = 0; stops <= MOST_STOPS; stops += 1) {
    if (await hasFocus(target)) {
      await expectVisibleFocus(page)
      return stops
    }
    await tab(page)
  }
  throw new Error(`${String(target)} is not reached within ${MOST_STOPS} Tab stops`)
}

/** Moves on by one Tab stop; what had the focus before must have shown it. */
export async function tab(page: Page, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const before = await page.evaluateHandle(() => document.activeElement)
  const withFocus = await page.evaluate(appearance, before)
  await page.keyboard.press(key)
  await stillness(page)
  const without = await page.evaluate(appearance, before)
  // The page itself has no look of its own, and what is gone needs none.
  if (withFocus !== null && without !== null && withFocus.place !== 'page')
    expect(withFocus.look, `the focus shows on ${withFocus.place}`).not.toEqual(without.look)
}

/** Whether an element, or the radio button or switch that a label stands for, has the focus. */
async function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement).catch(() => false)
}

/** What has the focus lies in the window. */
async function expectVisibleFocus(page: Page): Promise<void> {
  await stillness(page)
  const rect = await page.evaluate(() => {
    const focused = document.activeElement
    // A radio button is shown by its label.
    const shown = focused instanceof HTMLInputElement && focused.type === 'radio' ? (focused.labels?.[0] ?? focused) : focused
    const { top, bottom, left, right } = (shown ?? document.body).getBoundingClientRect()
    return { top, bottom, left, right, width: innerWidth, height: innerHeight }
  })
  expect(rect.top, 'the focus is below the upper edge of the window').toBeGreaterThanOrEqual(-1)
  expect(rect.bottom, 'the focus is above the lower edge of the window').toBeLessThanOrEqual(rect.height + 1)
  expect(rect.left).toBeGreaterThanOrEqual(-1)
  expect(rect.right).toBeLessThanOrEqual(rect.width + 1)
}

/** Waits until nothing moves: a focus ring may fade in. */
async function stillness(page: Page): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState !== 'running'))
}

/** How an element and what stands for it on the screen look; runs in the page. */
function appearance(element: Element | null): { readonly place: string; readonly look: readonly string[] } | null {
  if (element === null || !element.isConnected) return null
  if (element === document.body || element === document.documentElement || element.id === 'main') return { place: 'page', look: [] }
  const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : []
  const shown = [element, element.parentElement, element.parentElement?.parentElement, element.nextElementSibling, ...labels]
  const look = shown.flatMap((each) => {
    if (!each) return []
    const {
      outlineStyle,
      outlineWidth,
      outlineColor,
      boxShadow,
      borderColor,
      backgroundColor,
      clipPath,
      opacity,
      position,
      top,
      transform,
    } = getComputedStyle(each)
    const outline = outlineStyle === 'none' || outlineWidth === '0px' ? 'none' : `${outlineStyle} ${outlineWidth} ${outlineColor}`
    return [[outline, boxShadow, borderColor, backgroundColor, clipPath, opacity, position, top, transform].join(' | ')]
  })
  const name = element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 40)
  return { place: `${element.tagName.toLowerCase()} “${name}”`, look }
}
