import type { PoliciesView, PolicyChangeView, PolicyKind } from '../../../src-preload/contract/policy'
import { formatGwei, formatUsd, groupDigits, withUnit } from '../../ui/format/amount'
import { Tag } from '../../ui/tag'
import { Hex } from '../../ui/values'
import { VENUE_WORDS } from '../../ui/words/orders'
import { policyFields, type PolicyFieldKind } from '../../ui/words/policy'
import { toWhole } from './field-values'

type Names = PoliciesView['names']

/** One value of a policy as a person reads it; an address with what it is called here. */
export function Shown({ text, kind, names }: { readonly text: string; readonly kind: PolicyFieldKind; readonly names: Names }) {
  switch (kind) {
    case 'addresses':
    case 'recipients': {
      if (text === 'signer') return <span>the account that signs</span>
      const name = names[text.toLowerCase()]
      return (
        <span className="hf-policy__address">
          {name !== undefined && <span>{name}</span>}
          <Hex value={text} what={name === undefined ? 'address' : `address of ${name}`} />
        </span>
      )
    }
    case 'venues':
      return <span>{VENUE_WORDS[text as keyof typeof VENUE_WORDS]}</span>
    case 'markets':
      return <span>{text === '*' ? 'every pair that the venues list' : text}</span>
    case 'usd':
      return <span className="hf-num">{formatUsd(text)}</span>
    case 'coin':
      return (
        <span className="hf-num" title={`${groupDigits(text)} wei`}>
          {text === '0' ? 'none' : withUnit(toWhole(text, 18), 'coin', { most: 18 })}
        </span>
      )
    case 'fee':
      return (
        <span className="hf-num" title={`${groupDigits(text)} wei`}>
          {formatGwei(text)}
        </span>
      )
    case 'yes-no':
      return <span>{text === 'true' ? 'yes' : 'no'}</span>
    case 'bytes':
      return <span className="hf-num">{withUnit(text, 'bytes')}</span>
    case 'count':
      return <span className="hf-num">{groupDigits(text)}</span>
    case 'chains':
      return <span className="hf-num">{text}</span>
  }
}

/** Differences, one a line: what goes, what comes, and whether it loosens or takes from what a cancel needs. */
export function Changes({
  which,
  changes,
  names,
}: {
  readonly which: PolicyKind
  readonly changes: readonly PolicyChangeView[]
  readonly names: Names
}) {
  return (
    <ul className="hf-policy__changes">
      {changes.map((change) => {
        const words = policyFields(which).find(({ field }) => field === change.field)
        const kind = words?.kind ?? 'count'
        return (
          <li key={`${change.field} ${change.before ?? ''} ${change.after ?? ''}`}>
            <span className="hf-policy__field">{words?.name ?? change.field}</span>
            <span className="hf-policy__change">
              {change.before !== null && (
                <del>
                  <Shown text={change.before} kind={kind} names={names} />
                </del>
              )}
              {change.before !== null && change.after !== null && <span aria-hidden>→</span>}
              {change.before === null && <span className="hf-dim">added</span>}
              {change.after === null && <span className="hf-dim">taken out</span>}
              {change.after !== null && (
                <ins>
                  <Shown text={change.after} kind={kind} names={names} />
                </ins>
              )}
            </span>
            <Tag tone={change.loosens || change.neededToCancel ? 'attention' : 'good'}>
              {change.loosens ? 'looser' : change.neededToCancel ? 'needed to cancel' : 'tighter'}
            </Tag>
          </li>
        )
      })}
    </ul>
  )
}
