/**
 * Shoots every screen as a PNG, in both sizes and both schemes, against the fake main, under the app's own content security policy; reports
 * every console message, policy violation, and serious accessibility finding. Usage: tsx shoot.ts <out-folder> [parts of names,...] [widths,...] [schemes,...]
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright'

import { buildPages } from './build-pages'
import type { Scene } from './scene'
import { SCENES } from './scenes'
import { servePages } from './serve-pages'

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
  // Not taken unless asked for: a long screen as one picture.
  { width: 1440, height: 2600 },
]
const SCHEMES = ['dark', 'light'] as const

const [outDir = 'test-results/screens', wanted = '', sizes = '1280,1920', schemes = 'dark,light'] = process.argv.slice(2)
const out = resolve(outDir)
mkdirSync(out, { recursive: true })
const findings: string[] = []

await buildPages(join(out, 'build'))
const server = await servePages(join(out, 'build/pages'))
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
try {
  for (const scene of SCENES.filter(({ name }) => wanted.split(',').some((part) => name.includes(part)))) {
    for (const size of SIZES.filter(({ width }) => sizes.includes(String(width)))) {
      for (const scheme of SCHEMES.filter((each) => schemes.includes(each))) await shoot(browser, scene, size, scheme)
    }
  }
} finally {
  await browser.close()
  server.close()
}
for (const finding of new Set(findings)) console.log(finding)
console.log(`${new Set(findings).size} findings; pictures in ${out}`)
process.exitCode = findings.length === 0 ? 0 : 1

async function shoot(from: Browser, scene: Scene, size: { width: number; height: number }, scheme: 'dark' | 'light'): Promise<void> {
  const viewport = scene.size ?? size
  const context = await from.newContext({ viewport, colorScheme: scheme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(6_000)
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      findings.push(`${scene.name}: console ${message.type()}: ${message.text().slice(0, 300)}`)
  })
  page.on('pageerror', (error) => findings.push(`${scene.name}: page error: ${error.message.slice(0, 300)}`))
  await page.addInitScript({ path: join(out, 'build/fake/fake.js') })
  const query = new URLSearchParams({ scheme, ...scene.query })
  await page.goto(`${server.origin}/${scene.page ?? 'index.html'}?${query}${scene.hash ?? ''}`)
  try {
    await page.getByText('Opening Holdfast').waitFor({ state: 'detached', timeout: 30_000 })
    await scene.act?.(page)
  } catch (error) {
    findings.push(`${scene.name}: ${String(error).slice(0, 600)}`)
  }
  await page.waitForTimeout(250)
  await page.screenshot({ path: join(out, `${scene.name}-${viewport.width}-${scheme}.png`) })
  await judge(page, scene.name)
  await context.close()
}

async function judge(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  for (const { id, impact, nodes } of violations) {
    if (impact !== 'serious' && impact !== 'critical') continue
    findings.push(
      `${name}: axe ${impact} ${id}: ${nodes
        .map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary?.split('\n')[1] ?? ''}`)
        .slice(0, 4)
        .join(' | ')}`,
    )
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  if (wide > 0) findings.push(`${name}: the page scrolls sideways by ${wide} px`)
}
