import { Button } from '@mantine/core'

import type { AlertView } from '../../../src-preload/contract/alerts'
import { hrefOf, type Screen } from '../../stores/navigation'
import { Tag } from '../../ui/tag'
import { Happened } from '../../ui/values'
import { DELIVERY_WORDS, sayAlert } from '../../ui/words/alerts'
import { SEVERITY_WORDS } from '../../ui/words/audit'
import { SEVERITY_TONES } from './severities'

/** One alert: what happened, what it means, what to do now, and where to look. */
export function AlertCard({ alert, onAcknowledge }: { readonly alert: AlertView; readonly onAcknowledge: () => void }) {
  const { severity, count, firstAtMs, lastAtMs, acknowledged, delivery, auditSeq } = alert
  const { what, means, now } = sayAlert(alert)
  const place = placeOf(alert)
  const sent = DELIVERY_WORDS[delivery]
  return (
    <li className={acknowledged === null ? `hf-alert hf-alert--${severity}` : 'hf-alert hf-alert--done'}>
      <div className="hf-alert__head">
        <Tag tone={acknowledged === null ? SEVERITY_TONES[severity] : 'ended'}>{SEVERITY_WORDS[severity]}</Tag>
        {count > 1 && (
          <span className="hf-num" title="Repeats within a quarter of an hour are one alert">
            {count} times
          </span>
        )}
        <span className="hf-dim">
          <Happened atMs={lastAtMs} />
          {count > 1 && (
            <>
              , first <Happened atMs={firstAtMs} />
            </>
          )}
        </span>
      </div>
      <h2>{what}</h2>
      <p>
        {means} {acknowledged === null && <strong>{now}</strong>}
      </p>
      <div className="hf-alert__foot">
        {place !== null && (
          <a className="hf-link" href={hrefOf(place.screen, place.item)}>
            {place.label}
          </a>
        )}
        {auditSeq !== null && (
          <a className="hf-link" href={hrefOf('audit', String(auditSeq))}>
            Audit entry {auditSeq}
          </a>
        )}
        {sent !== null && <span className={delivery === 'dropped' ? 'hf-attention' : 'hf-dim'}>{sent}</span>}
        {acknowledged === null ? (
          <Button className="hf-alert__act" size="compact-sm" variant="default" aria-label={`Acknowledge: ${what}`} onClick={onAcknowledge}>
            Acknowledge
          </Button>
        ) : (
          <span className="hf-dim hf-alert__act">
            Acknowledged by {acknowledged.by} <Happened atMs={acknowledged.atMs} />
          </span>
        )}
      </div>
    </li>
  )
}

interface Place {
  readonly screen: Screen
  readonly item: string | null
  readonly label: string
}

const ABOUT_ORDERS: readonly AlertView['kind'][] = [
  'outcome-unknown',
  'reorg',
  'fill-reorged',
  'fill-undone',
  'end-undone',
  'fill-mined-again',
  'order-failed',
  'order-withheld',
  'nonce-taken',
  'confirmation-timeout',
  'transaction-stuck',
  'transaction-dropped',
  'cancel-failed',
  'signature-mismatch',
]
const ABOUT_GUARDS: readonly AlertView['kind'][] = [
  'kill-switch-triggered',
  'breaker-opened',
  'breaker-half-open',
  'trading-halted',
  'trading-reduced',
  'loss-limit',
  'limit-reached',
]

/** Where to look, besides the record. */
function placeOf({ kind, subject }: AlertView): Place | null {
  if (ABOUT_ORDERS.includes(kind) && subject !== null) return { screen: 'orders', item: subject, label: 'The order' }
  if (ABOUT_GUARDS.includes(kind)) return { screen: 'guards', item: null, label: 'Guards' }
  if (kind === 'drill') return { screen: 'incidents', item: null, label: 'Incidents and drills' }
  if (kind === 'performance-degraded' || kind === 'error-rate') return { screen: 'monitor', item: null, label: 'Monitor' }
  if (kind === 'signer-failed') return { screen: 'signers', item: null, label: 'Signers' }
  if (kind === 'audit-broken') return { screen: 'audit', item: null, label: 'The audit record' }
  return null
}
