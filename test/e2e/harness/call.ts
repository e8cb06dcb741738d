import { expect, type Page } from '@playwright/test'

import type { RunningHoldfast } from './launch.js'
import { answerUntilClosed } from './people.js'

/** What the bridge answers. */
export type Answered = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: { readonly code: string } }

/** Makes a call as the page makes it, and answers in each main-owned window that it opens, one after the other. */
export async function callAndAnswer(
  running: RunningHoldfast,
  name: string,
  input: unknown,
  answers: readonly ((secure: Page) => Promise<unknown>)[] = [],
): Promise<Answered> {
  const { app, page } = running
  const seen = new Set(app.windows())
  const reply = page.evaluate(
    ([called, given]) => {
      const { holdfast } = globalThis as unknown as { holdfast: { call: (name: string, input: unknown) => Promise<Answered> } }
      return holdfast.call(called, given)
    },
    [name, input] as const,
  )
  for (const answer of answers) {
    const secure = app.windows().find((window) => !seen.has(window)) ?? (await app.waitForEvent('window'))
    seen.add(secure)
    await answerUntilClosed(secure, answer)
  }
  return reply
}

/** The same, and what it answered where all went well: a window that closed before it had its answer did nothing, and main says so. */
export async function valueOf(...call: Parameters<typeof callAndAnswer>): Promise<unknown> {
  const [, name, , answers = []] = call
  const reply = await callAndAnswer(...call)
  if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.problem)}`)
  const value = reply.value as Readonly<Record<string, unknown>>
  if (answers.length > 0 && ['done', 'released', 'unlocked', 'ref', 'id'].some((field) => value[field] === false || value[field] === null))
    throw new Error(`${name} was not done: ${JSON.stringify(value)}`)
  return value
}

/** Waits until the environment is open, after a start on a folder that was set up: until then main answers that it is not ready. */
export async function untilOpen(running: RunningHoldfast): Promise<void> {
  const list = { which: 'open', limit: 1, beforeMs: null }
  await expect.poll(async () => (await callAndAnswer(running, 'order.list', list)).ok).toBe(true)
}

/** Types a secret of a purpose in the main-owned window; answers its reference. */
export async function storeSecret(running: RunningHoldfast, purpose: string, label: string, secret: string): Promise<string> {
  const { ref } = (await valueOf(running, 'signer.storeSecret', { purpose, label }, [
    async (secure) => {
      await secure.getByRole('textbox').fill(secret)
      await secure.getByRole('button', { name: 'Keep it' }).click()
    },
  ])) as { ref: string }
  return ref
}

/** Approves with a recovery key whatever the main-owned window asks. */
export const approveWith =
  (recoveryKey: string) =>
  async (secure: Page): Promise<void> => {
    await secure.getByLabel('Recovery key').fill(recoveryKey)
    await secure.locator('button[type="submit"]').click()
  }
