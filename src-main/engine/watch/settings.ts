import { z } from 'zod'

import type { ActChange } from '../../domain/admin-act'
import { HALT_MODES } from '../../domain/kill-switch'
import { WATCH_BOUNDS, type WatchSettings } from '../../domain/watch'

type Key = keyof WatchSettings

const within = (key: keyof typeof WATCH_BOUNDS) => z.number().int().min(WATCH_BOUNDS[key][0]).max(WATCH_BOUNDS[key][1])

/** Settings within their bounds. The warning must come after the start of what it warns of. */
export const watchSettingsSchema = z
  .strictObject({
    mode: z.enum(HALT_MODES),
    breakersOn: z.boolean(),
    breakersCount: within('breakersCount'),
    signerBreakerOn: z.boolean(),
    verifyEveryMin: within('verifyEveryMin'),
    clockOn: z.boolean(),
    clockOverSec: within('clockOverSec'),
    diskBelowMb: within('diskBelowMb'),
    balanceOn: z.boolean(),
    balanceDropPct: within('balanceDropPct'),
    balanceWithinMin: within('balanceWithinMin'),
    slowOn: z.boolean(),
    slowMorePct: within('slowMorePct'),
    deadManOn: z.boolean(),
    deadManAfterMin: within('deadManAfterMin'),
    deadManWarnMin: within('deadManWarnMin'),
  })
  .refine(({ deadManWarnMin, deadManAfterMin }) => deadManWarnMin < deadManAfterMin) satisfies z.ZodType<WatchSettings>

/** What each setting is called where a change is allowed, and which direction lets more pass. */
const RULES: Readonly<Record<Key, { readonly label: string; readonly looser: 'higher' | 'lower' | 'neither' }>> = {
  mode: { label: 'What is out, at an automatic halt', looser: 'lower' },
  breakersOn: { label: 'Halt on open breakers', looser: 'lower' },
  breakersCount: { label: 'Open breakers that halt', looser: 'higher' },
  signerBreakerOn: { label: 'Halt on the signer breaker', looser: 'lower' },
  verifyEveryMin: { label: 'Check the whole record every (minutes)', looser: 'higher' },
  clockOn: { label: 'Halt on a clock jump', looser: 'lower' },
  clockOverSec: { label: 'Clock jump that halts (seconds)', looser: 'higher' },
  diskBelowMb: { label: 'Free space below which to halt (MB)', looser: 'lower' },
  balanceOn: { label: 'Halt on a balance drop', looser: 'lower' },
  balanceDropPct: { label: 'Balance drop that halts (percent)', looser: 'higher' },
  balanceWithinMin: { label: 'Balance drop within (minutes)', looser: 'lower' },
  slowOn: { label: 'Tell when it gets slower or fails more', looser: 'lower' },
  slowMorePct: { label: 'Slower than usual by (percent)', looser: 'higher' },
  deadManOn: { label: 'Dead-man switch', looser: 'lower' },
  deadManAfterMin: { label: 'Halt without a sign of you after (minutes)', looser: 'higher' },
  deadManWarnMin: { label: 'Warn before that (minutes)', looser: 'neither' },
}

/** Reads settings; null for anything out of bounds. */
export function parseWatchSettings(value: unknown): WatchSettings | null {
  const parsed = watchSettingsSchema.safeParse(value)
  return parsed.success ? parsed.data : null
}

/** What changes between two settings, in words, and whether any of it lets more pass than before. */
export function compareWatchSettings(before: WatchSettings, after: WatchSettings): { changes: readonly ActChange[]; loosens: boolean } {
  const keys = (Object.keys(RULES) as Key[]).filter((key) => before[key] !== after[key])
  const changes = keys.map((key) => ({ label: RULES[key].label, before: said(before[key]), after: said(after[key]) }))
  const loosens = keys.some((key) => {
    const difference = rank(after[key]) - rank(before[key])
    return RULES[key].looser === 'higher' ? difference > 0 : RULES[key].looser === 'lower' ? difference < 0 : false
  })
  return { changes, loosens }
}

function rank(value: WatchSettings[Key]): number {
  return typeof value === 'string' ? HALT_MODES.indexOf(value) : Number(value)
}

function said(value: WatchSettings[Key]): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)
}
