import type { AlertView } from '../../../src-preload/contract/alerts'
import type { TagTone } from '../../ui/tag'

/** How urgent an alert is. */
export type Severity = AlertView['severity']

/** What a severity's mark looks like, the most urgent first. */
export const SEVERITY_TONES: Readonly<Record<Severity, TagTone>> = { critical: 'bad', high: 'bad', medium: 'attention', low: 'ended' }
/** All severities, the most urgent first. */
export const SEVERITIES = Object.keys(SEVERITY_TONES) as Severity[]
