import { z } from 'zod'

import { ENVIRONMENTS } from '../../src-main/domain/environment'
import { RISK_PROFILES } from '../../src-main/domain/intent'
import { STUCK_ACTIONS } from '../../src-main/domain/stuck'
import { command, event, query } from './channel'
import { killSwitchView } from './guards'
import { decimalText, epochMs, nothing, shortText } from './primitives'
import { problem } from './problem'

/** The worlds that the app knows; one is open at a time. */
export const environment = z.enum(ENVIRONMENTS)
/** How something that the app depends on does; `latencyMs` is of the last answer, null where there was none. */
export const healthView = z.strictObject({
  name: shortText,
  state: z.enum(['ok', 'failing', 'off']),
  lastSuccessMs: epochMs.nullable(),
  latencyMs: z.number().nullable(),
  detail: shortText,
})
/** Everything the status strip shows. */
export const appStatus = z.strictObject({
  version: shortText,
  electron: shortText,
  environment,
  accountLabel: shortText,
  phase: z.enum(['first-run', 'ready', 'failed']),
  /** Why the environment could not be opened; null unless failed. */
  failure: problem.nullable(),
  killSwitch: killSwitchView,
  venue: healthView,
  signer: healthView,
  chain: healthView,
  keychain: z.strictObject({ available: z.boolean(), backend: shortText }),
  /** Why live is locked; empty would mean it is not. */
  liveLocks: z.array(shortText),
  /** What other environments left out when they were closed: nobody follows it, and a halt does not go after it. */
  leftElsewhere: z.array(z.strictObject({ environment, resting: z.number().int(), onChain: z.number().int(), atMs: epochMs })),
  startedAtMs: epochMs,
})
/** An environment's settings, and the colours, which are the machine's. Times in the unit of their name, volatility in percent. */
export const settingsView = z.strictObject({
  riskProfile: z.enum(RISK_PROFILES),
  unlockMinutes: z.number().int().min(1).max(480),
  maxQuoteAgeSec: z.number().int().min(1).max(300),
  maxVolatilityPct: decimalText,
  /** What is done by itself with a chain transaction that waits longer than this, and how often at most. */
  stuckAction: z.enum(STUCK_ACTIONS),
  stuckAfterSec: z.number().int().min(30).max(3_600),
  stuckMostBumps: z.number().int().min(1).max(10),
  colourScheme: z.enum(['dark', 'light', 'auto']),
})
/** The chain of the open environment; `problem` says why it is not connected, `blockNumber` is the newest block heard of. */
export const chainView = z.strictObject({
  name: shortText,
  chainId: z.number().int(),
  rpcUrl: shortText,
  /** The second endpoint, or null where there is none. */
  witnessRpcUrl: shortText.nullable(),
  connected: z.boolean(),
  problem: problem.nullable(),
  blockNumber: z.number().int().nullable(),
})
/** Calls about the app itself, its settings and its chain. */
export const appCalls = {
  'app.status': query(nothing, appStatus),
  /** Opens the main-owned window that shows the two recovery keys once; then trading is armed. */
  'setup.begin': command(z.strictObject({ riskProfile: z.enum(RISK_PROFILES) }), z.strictObject({ done: z.boolean() })),
  'environment.switch': command(z.strictObject({ environment }), nothing),
  'settings.get': query(nothing, settingsView),
  /** What loosens asks in the main-owned window; not done, nothing but the colours changed. */
  'settings.update': command(settingsView.partial(), z.strictObject({ done: z.boolean(), settings: settingsView })),
  'chain.get': query(nothing, chainView.nullable()),
  /** Asks in main for a chain profile file, or takes the running devnet's. Another one than before asks in the main-owned window. */
  'chain.connect': command(z.strictObject({ from: z.enum(['file', 'devnet']) }), chainView),
  /** Whether a devnet was found that could be connected. */
  'chain.devnetFound': query(nothing, z.strictObject({ found: z.boolean() })),
} as const
/** What main tells of the app itself. */
export const appEvents = {
  'app.status': event(appStatus),
  /** Something outside of the window, such as a notification that was clicked, leads to a screen. */
  'app.navigate': event(z.strictObject({ screen: z.enum(['alerts']) })),
} as const

/** Everything the status strip shows. */
export type AppStatus = z.output<typeof appStatus>
/** How something that the app depends on does. */
export type HealthView = z.output<typeof healthView>
/** An environment's settings, and the colours. */
export type SettingsView = z.output<typeof settingsView>
/** The chain of the open environment. */
export type ChainView = z.output<typeof chainView>
