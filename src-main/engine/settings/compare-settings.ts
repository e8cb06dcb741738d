import type { ActChange } from '../../domain/admin-act'
import { RISK_PROFILES } from '../../domain/intent'
import { decimal } from '../../lib/decimal'
import type { Settings } from './settings'

type Key = keyof Settings

/** What each setting is called where a change is allowed, and whether a change of it lets more pass; a setting without a line does not compile. */
const RULES: Readonly<Record<Key, { readonly label: string; readonly loosens: (before: Settings, after: Settings) => boolean }>> = {
  riskProfile: {
    label: 'Risk profile of new tickets',
    loosens: (before, after) => RISK_PROFILES.indexOf(after.riskProfile) > RISK_PROFILES.indexOf(before.riskProfile),
  },
  unlockMinutes: { label: 'Signers lock themselves after (minutes)', loosens: higher('unlockMinutes') },
  maxQuoteAgeSec: { label: 'Oldest price an order may be based on (seconds)', loosens: higher('maxQuoteAgeSec') },
  maxVolatilityPct: {
    label: 'Largest price range of the last hour (percent)',
    loosens: (before, after) => decimal(after.maxVolatilityPct).gt(decimal(before.maxVolatilityPct)),
  },
  // Whatever signs by itself is more than being told; and of the two, neither is plainly less than the other.
  stuckAction: { label: 'A chain transaction that waits too long', loosens: (_before, after) => after.stuckAction !== 'off' },
  // People are told as late as this, and what is done by itself is done as soon.
  stuckAfterSec: {
    label: 'Too long is after (seconds)',
    loosens: (before, after) => after.stuckAfterSec > before.stuckAfterSec || after.stuckAction !== 'off',
  },
  stuckMostBumps: { label: 'Most replacements by itself', loosens: higher('stuckMostBumps') },
}

/** What changes between two settings, in words, and whether any of it lets more pass than before. */
export function compareSettings(before: Settings, after: Settings): { readonly changes: readonly ActChange[]; readonly loosens: boolean } {
  const keys = (Object.keys(RULES) as Key[]).filter((key) => before[key] !== after[key])
  return {
    changes: keys.map((key) => ({ label: RULES[key].label, before: String(before[key]), after: String(after[key]) })),
    loosens: keys.some((key) => RULES[key].loosens(before, after)),
  }
}

function higher(key: 'unlockMinutes' | 'maxQuoteAgeSec' | 'stuckMostBumps') {
  return (before: Settings, after: Settings): boolean => after[key] > before[key]
}
