import { Collapse, SegmentedControl, Input, Select, Textarea, TextInput, Button } from '@mantine/core'
import { useState } from 'react'

import { isShown, type ConfigField, type FormValues } from './fields'
import { SecretInput } from './secret-input'

interface Props {
  readonly fields: readonly ConfigField[]
  readonly values: FormValues
  /** What is wrong, by field; shown once somebody tried to go on. */
  readonly problems: Readonly<Record<string, string>>
  /** What the window that takes a secret in calls the signer. */
  readonly label: string
  readonly onChange: (name: string, value: string) => void
}

/** The fields of a signer's config, each with its help; what hardly anybody changes is folded away. */
export function ConfigFields({ fields, values, problems, label, onChange }: Props) {
  const shown = fields.filter((field) => isShown(field, values))
  const rest = shown.filter(({ more }) => more === true)
  // A field with a problem must be seen.
  const [open, setOpen] = useState(rest.length === shown.length)
  const opened = open || rest.some(({ name }) => problems[name] !== undefined)
  const one = (field: ConfigField) => (
    <OneField
      key={field.name}
      field={field}
      value={values[field.name] ?? ''}
      problem={problems[field.name]}
      label={label}
      onChange={(value) => onChange(field.name, value)}
    />
  )
  return (
    <>
      {shown.filter(({ more }) => more !== true).map(one)}
      {rest.length > 0 && rest.length < shown.length && (
        <Button className="hf-wizard__more" variant="subtle" size="compact-sm" aria-expanded={opened} onClick={() => setOpen(!opened)}>
          {opened ? 'Fewer settings' : 'More settings'}
        </Button>
      )}
      <Collapse expanded={opened}>
        <div className="hf-wizard__fields">{opened && rest.map(one)}</div>
      </Collapse>
    </>
  )
}

interface OneProps {
  readonly field: ConfigField
  readonly value: string
  readonly problem: string | undefined
  readonly label: string
  readonly onChange: (value: string) => void
}

function OneField({ field, value, problem, label, onChange }: OneProps) {
  const common = {
    label: field.optional === true ? `${field.label} (optional)` : field.label,
    description: field.help,
    error: problem ?? null,
  }
  switch (field.type) {
    case 'text':
      return (
        <TextInput
          {...common}
          placeholder={field.placeholder ?? ''}
          value={value}
          maxLength={600}
          spellCheck={false}
          autoComplete="off"
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )
    case 'pem':
      return (
        <Textarea
          {...common}
          className="hf-wizard__pem"
          value={value}
          maxLength={20_000}
          autosize
          minRows={4}
          maxRows={8}
          spellCheck={false}
          placeholder="-----BEGIN CERTIFICATE-----"
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )
    case 'choice':
      return field.options.length > 3 ? (
        <Select {...common} data={[...field.options]} value={value} allowDeselect={false} onChange={(chosen) => onChange(chosen ?? '')} />
      ) : (
        <Input.Wrapper {...common} labelElement="div">
          <SegmentedControl aria-label={field.label} fullWidth mt={4} data={[...field.options]} value={value} onChange={onChange} />
        </Input.Wrapper>
      )
    case 'secret':
      return <SecretInput field={field} value={value} problem={problem ?? null} label={label} onChange={onChange} />
  }
}
