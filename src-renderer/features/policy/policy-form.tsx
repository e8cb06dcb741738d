import { Button, Checkbox, Textarea, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'

import type { PolicyProposal } from '../../../src-preload/contract/policy'
import { VENUE_WORDS } from '../../ui/words/orders'
import { policyFields, type PolicyFieldWords } from '../../ui/words/policy'
import { draftOf, proposalOf, wrongWith, type PolicyDraft } from './field-values'

/** Every field of a policy, typed. What is wrong is said at its field; nothing changes here. */
export function PolicyForm({
  proposal,
  onReview,
}: {
  readonly proposal: PolicyProposal
  readonly onReview: (next: PolicyProposal) => void
}) {
  const [draft, setDraft] = useState<PolicyDraft>(() => draftOf(proposal))
  const [checked, setChecked] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const fields = policyFields(proposal.which)
  const wrong = fields.filter((words) => wrongWith(words, draft[words.field] ?? '') !== null)
  const review = () => {
    setChecked(true)
    if (wrong.length === 0) onReview(proposalOf(proposal.which, draft))
    else queueMicrotask(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
  }
  return (
    <form
      ref={form}
      className="hf-policy__form"
      onSubmit={(submitted) => {
        submitted.preventDefault()
        review()
      }}
    >
      {fields.map((words) => (
        <Field
          key={words.field}
          words={words}
          typed={draft[words.field] ?? ''}
          error={checked ? wrongWith(words, draft[words.field] ?? '') : null}
          onType={(typed) => setDraft({ ...draft, [words.field]: typed })}
        />
      ))}
      {checked && wrong.length > 0 && (
        <p className="hf-danger" role="alert">
          Not right yet: {wrong.map(({ name }) => name).join(', ')}.
        </p>
      )}
      <div className="hf-policy__buttons">
        <Button type="submit">Compare with what is in force</Button>
      </div>
    </form>
  )
}

const UNITS = { usd: 'USD', coin: 'coin', fee: 'gwei', bytes: 'bytes' } as const

interface FieldProps {
  readonly words: PolicyFieldWords
  readonly typed: string | boolean
  readonly error: string | null
  readonly onType: (typed: string | boolean) => void
}

function Field({ words: { name, means, kind }, typed, error, onType }: FieldProps) {
  const text = String(typed)
  switch (kind) {
    case 'yes-no':
      return (
        <Checkbox label={name} description={means} checked={typed === true} onChange={(event) => onType(event.currentTarget.checked)} />
      )
    case 'venues':
      return (
        <Checkbox.Group label={name} description={means} value={text.split('\n')} onChange={(chosen) => onType(chosen.join('\n').trim())}>
          <div className="hf-policy__venues">
            {Object.entries(VENUE_WORDS).map(([value, label]) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
          </div>
        </Checkbox.Group>
      )
    case 'addresses':
    case 'recipients':
    case 'chains':
    case 'markets':
      return (
        <Textarea
          label={name}
          description={means}
          value={text}
          error={error}
          autosize
          minRows={1}
          maxRows={8}
          spellCheck={false}
          classNames={{ input: 'hf-mono' }}
          onChange={(event) => onType(event.currentTarget.value)}
        />
      )
    case 'usd':
    case 'coin':
    case 'fee':
    case 'bytes':
    case 'count': {
      const unit = kind === 'count' ? '' : UNITS[kind]
      return (
        <TextInput
          label={name}
          description={means}
          value={text}
          error={error}
          inputMode="decimal"
          rightSection={unit === '' ? undefined : <span className="hf-label">{unit}</span>}
          rightSectionWidth={52}
          onChange={(event) => onType(event.currentTarget.value)}
        />
      )
    }
  }
}
