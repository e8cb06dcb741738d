import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** What a page said that it should not have: errors on its console (violations of its policy among them) and uncaught exceptions. */
export function hearComplaints(page: Page): readonly string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`))
  return complaints
}

/** Waits until a page stands still: fonts are there, nothing moves, nothing is awaited any more. */
export async function settle(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.fonts.status === 'loaded' &&
      document.querySelector('.mantine-Skeleton-root, [aria-busy="true"]') === null &&
      document.getAnimations().every((animation) => animation.playState !== 'running'),
  )
}

/** A picture for a person to look at, beside the test's results. Answers the file. */
export async function picture(page: Page, name: string): Promise<string> {
  const folder = join(process.env['HOLDFAST_OUTPUT_DIR'] ?? 'test-results', 'screens')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.png`)
  // Neither `animations: 'disabled'`, which takes this Chromium's page down, nor a hidden caret, whose style the page's policy refuses.
  await page.screenshot({ path, caret: 'initial' })
  return path
}

/** Fails on what axe calls serious or critical. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .options({ resultTypes: ['violations'] })
    .analyze()
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, impact, nodes }) =>
        `${impact} ${id}: ${nodes
          .slice(0, 3)
          .map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary?.replace(/\s+/g, ' ').slice(0, 200)})`)
          .join('; ')}`,
    )
  expect.soft(grave, `axe on ${where}`).toEqual([])
}

/** Fails when the page, or a part of it that is not meant to scroll sideways, is wider than its place, or when text is cut off without a sign. */
export async function expectNothingCut(page: Page, where: string): Promise<void> {
  const cut = await page.evaluate(() => {
    const found: string[] = []
    const say = (element: Element, what: string) => {
      const { className } = element
      const named = typeof className === 'string' && className !== '' ? `.${className.split(' ')[0]}` : ''
      found.push(`${element.tagName.toLowerCase()}${named} ${what}: “${element.textContent.trim().slice(0, 60)}”`)
    }
    const root = document.documentElement
    if (root.scrollWidth > root.clientWidth) say(root, `is ${root.scrollWidth - root.clientWidth} px too wide`)
    for (const element of document.body.querySelectorAll('*')) {
      if (!(element instanceof HTMLElement) || element.clientWidth <= 1 || element.closest('.hf-hidden, pre, code') !== null) continue
      if (!element.checkVisibility() || element.textContent.trim() === '') continue
      const { overflowX, textOverflow } = getComputedStyle(element)
      const beyond = element.scrollWidth - element.clientWidth
      if (beyond <= 1 || overflowX === 'visible' || textOverflow === 'ellipsis' || element instanceof HTMLInputElement) continue
      say(element, overflowX === 'hidden' || overflowX === 'clip' ? `cuts off ${beyond} px` : `scrolls ${beyond} px sideways`)
    }
    return found
  })
  expect.soft(cut, `nothing is cut off on ${where}`).toEqual([])
}
