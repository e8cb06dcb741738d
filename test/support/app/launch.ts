import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Holdfast, type HoldfastParts } from '../../../src-main/app/holdfast'
import type { DesktopNote } from '../../../src-main/alerts/record'
import type { Desktop } from '../../../src-main/app/desktop/desktop'
import type { Leaving, OutNow, QuitChoice } from '../../../src-main/app/quitting'
import { systemRandom } from '../../../src-main/app/random'
import type { JudgeAnswer } from '../../../src-main/app/windows/secure-window'
import { initialise } from '../../../src-main/engine/halt/set-up'
import { dispatch, type DispatchHooks } from '../../../src-main/ipc/dispatch'
import { pageOf, SenderRegistry } from '../../../src-main/ipc/sender'
import { allHandlers } from '../../../src-main/ipc/handlers'
import { systemClock, systemScheduler, type Clock } from '../../../src-main/lib/clock'
import {
  calls,
  events,
  type CallInput,
  type CallName,
  type CallOutput,
  type EventName,
  type EventPayload,
} from '../../../src-preload/contract'
import type { Problem, Reply } from '../../../src-preload/contract/problem'
import { memoryVault } from './vault'
import type { SecureAnswer, SecureTask } from '../../../src-preload/contract/secure'

/** How a test answers in place of the person at the main-owned window; null closes it. */
export type SecureAnswerer = (task: SecureTask) => SecureAnswer | null | Promise<SecureAnswer | null>

const MAIN_WINDOW = { webContentsId: 1, frameUrl: pageOf('main'), isMainFrame: true }

/** The composed app in plain Node: every part is real but the windows and the keychain. */
export interface TestApp {
  readonly holdfast: Holdfast
  readonly dataDir: string
  /** Calls as the main window would, through the contract and the dispatcher. */
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<Reply<CallOutput<N>>>
  /** As {@link TestApp.call}; throws on a problem. */
  must<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>
  /** Waits for an event that fits. */
  heard<N extends EventName>(name: N, fits: (payload: EventPayload<N>) => boolean): Promise<EventPayload<N>>
  answer: SecureAnswerer
  /** The file that the person chooses to read or write; null closes the dialog. */
  chosenFile: string | null
  /** What the person answers when the app is to end, or the environment to be closed, while something is out. */
  quitChoice: (out: OutNow, leaving: Leaving) => QuitChoice | Promise<QuitChoice>
  /** What the last secure answer came to. */
  lastProblem: Problem | null
  /** The two recovery keys, once set up. */
  recoveryKeys: readonly string[]
  /** Notifications that the desktop was asked to show. */
  readonly notes: DesktopNote[]
  readonly logged: { readonly what: string; readonly thrown: unknown }[]
  stop(): Promise<void>
}

export { memoryVault }

/** A fresh data folder of this test's own. */
export function freshDataDir(): string {
  return join(realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-'))), 'data')
}

/** Parts in place of the real ones, and where the app lives. */
export type LaunchOptions = Partial<HoldfastParts> & {
  readonly dataDir?: string
  readonly devnetProfile?: string
  readonly policyVariables?: Record<string, string>
}

/** Composes the app. Parts given replace the real ones. */
export async function launchApp(overrides: LaunchOptions = {}): Promise<TestApp> {
  const { dataDir = freshDataDir(), devnetProfile = null, policyVariables = {}, ...parts } = overrides
  const waiting: { readonly name: EventName; readonly fits: (payload: never) => boolean; readonly resolve: (payload: never) => void }[] = []
  const logged: TestApp['logged'] = []
  const notes: DesktopNote[] = []
  const desktop: Desktop = {
    ask: (task, judge) => askTest(app, task, judge),
    openFile: () => Promise.resolve(app.chosenFile),
    saveFile: () => Promise.resolve(app.chosenFile),
    publish: (name, payload) => {
      // As on the way to a window: what does not fit its schema never gets there.
      events[name].payload.parse(payload)
      for (const entry of [...waiting]) {
        if (entry.name !== name || !entry.fits(payload as never)) continue
        waiting.splice(waiting.indexOf(entry), 1)
        entry.resolve(payload as never)
      }
    },
    showHalt: () => undefined,
    closeAsked: () => undefined,
    askToQuit: (out, leaving) => Promise.resolve(app.quitChoice(out, leaving)),
    alerts: {
      notify: (note) => {
        notes.push(note)
        return true
      },
      badge: () => undefined,
    },
  }
  const holdfast = new Holdfast({
    facts: {
      dataDir,
      version: '0.0.0-test',
      electron: '45.0.0',
      shippedElectron: '45.0.0',
      sandboxed: true,
      startedAtMs: Date.now(),
      nativeBinding: undefined,
      devnetProfile,
      policyVariables,
    },
    desktop,
    vault: memoryVault(),
    clock: systemClock,
    scheduler: systemScheduler,
    random: systemRandom,
    spawnKeyHost: () => {
      throw new Error('this test has no key host')
    },
    spawnVendorHost: () => {
      throw new Error('this test has no vendor host')
    },
    haltVariables: {},
    watchKillFile: () => ({ ready: Promise.resolve(), watching: () => true, stop: () => Promise.resolve() }),
    log: (what, thrown) => logged.push({ what, thrown }),
    ...parts,
  })
  const registry = new SenderRegistry()
  registry.add(MAIN_WINDOW.webContentsId, 'main')
  const hooks: DispatchHooks = {
    onForbidden: (name) => {
      holdfast.records.forbidden(name, 'a stranger')
    },
    refuses: (name) => holdfast.people.refuses(name),
    onCommand: (name) => holdfast.records.command(name),
    onAnswered: (name) => {
      holdfast.records.answered(name)
    },
    onFault: (name, thrown) => logged.push({ what: `call ${name}`, thrown }),
  }
  const handlers = allHandlers(holdfast.services)
  const app: TestApp = {
    holdfast,
    dataDir,
    logged,
    notes,
    answer: () => null,
    chosenFile: null,
    quitChoice: () => 'leave',
    lastProblem: null,
    recoveryKeys: [],
    // Copied, and back again, as between processes.
    call: async (name, input) =>
      structuredClone(
        await dispatch(calls, handlers, registry, hooks, 'main', { name, sender: MAIN_WINDOW, input: structuredClone(input) }),
      ) as never,
    must: async (name, input) => {
      const reply = await app.call(name, input)
      if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.problem)}`)
      return reply.value
    },
    heard: (name, fits) => new Promise((resolve) => waiting.push({ name, fits, resolve })),
    stop: () => holdfast.stop(),
  }
  await holdfast.start()
  return app
}

/**
 * A fresh data folder in which paper is armed already, without the recovery keys that a person would be shown: their slow hashes would cost
 * every test a second.
 */
export function armedDataDir(clock: Clock = systemClock): string {
  const dataDir = freshDataDir()
  const armed = initialise(dataDir, 'paper', systemRandom, clock.wallMs())
  if (!armed.ok) throw new Error(armed.error.detail)
  return dataDir
}

/** Takes the app through its first set-up, as a person would. */
export async function setUp(app: TestApp): Promise<void> {
  app.answer = (task) => {
    if (task.kind !== 'show-recovery-keys') return null
    app.recoveryKeys = task.codes
    return { kind: task.kind, id: task.id, lastCharacters: [task.codes[0]!.slice(-4), task.codes[1]!.slice(-4)] }
  }
  const { done } = await app.must('setup.begin', { riskProfile: 'moderate' })
  if (!done) throw new Error(`set-up was not done: ${JSON.stringify(app.lastProblem)}`)
}

/** Removes a test's data folder. */
export function removeDataDir(dataDir: string): void {
  rmSync(join(dataDir, '..'), { recursive: true, force: true })
}

async function askTest(app: TestApp, task: SecureTask, judge: JudgeAnswer): Promise<boolean> {
  const answer = await app.answer(task)
  if (answer === null) return false
  const judged = await judge(answer)
  // Asked again in the same window, as when another approval is missing.
  if (judged !== null && 'next' in judged) return askTest(app, judged.next, judge)
  app.lastProblem = judged
  return judged === null
}
