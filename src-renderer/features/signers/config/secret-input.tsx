import { Button, Input, TextInput } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useId, useState } from 'react'

import type { Problem } from '../../../../src-preload/contract/problem'
import { storeSecret } from '../../../stores/signers'
import { SaidNotice } from '../../../ui/notice'
import { sayProblem } from '../../../ui/words/problems'
import type { SecretField } from './fields'

interface Props {
  readonly field: SecretField
  readonly value: string
  readonly problem: string | null
  readonly label: string
  readonly onChange: (value: string) => void
}

/** A secret by reference: typed in main's own window, or where it lies in a store of secrets. It is never in this window. */
export function SecretInput({ field, value, problem, label, onChange }: Props) {
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Problem | null>(null)
  const id = useId()
  const kept = value.startsWith('secret:')
  const type = () => {
    setBusy(true)
    setRefused(null)
    void storeSecret(field.purpose, label).then((reply) => {
      setBusy(false)
      if (!reply.ok) setRefused(reply.problem)
      else if (reply.value.ref !== null) onChange(reply.value.ref)
    })
  }
  const name = field.optional === true ? `${field.label} (optional)` : field.label
  return (
    <div className="hf-secret" role="group" aria-labelledby={id}>
      <Input.Wrapper label={name} labelElement="div" labelProps={{ id }} description={field.help} error={problem}>
        {kept ? (
          <div className="hf-secret__row">
            <span className="hf-secret__kept">
              <IconLock size={16} aria-hidden /> Kept encrypted on this computer
            </span>
            <Button variant="default" size="compact-sm" loading={busy} onClick={type}>
              Type a new one…
            </Button>
            {field.optional === true && (
              <Button variant="subtle" size="compact-sm" onClick={() => onChange('')}>
                Use none
              </Button>
            )}
          </div>
        ) : (
          <div className="hf-secret__row">
            <Button variant="default" size="sm" loading={busy} onClick={type}>
              Type it in the private window…
            </Button>
            {field.inAppOnly !== true && (
              <>
                <span className="hf-dim">or</span>
                <TextInput
                  className="hf-secret__ref"
                  aria-label={`Reference to ${field.label}`}
                  placeholder="vault:kv/trading#pin"
                  value={value}
                  maxLength={400}
                  spellCheck={false}
                  autoComplete="off"
                  onChange={({ currentTarget }) => onChange(currentTarget.value)}
                />
              </>
            )}
          </div>
        )}
      </Input.Wrapper>
      {!kept && value !== '' && field.inAppOnly !== true && (
        <p className="hf-dim">
          Before it goes to this place for the first time, a private window shows where it goes and asks for your approval.
        </p>
      )}
      {refused !== null && <SaidNotice said={sayProblem(refused)} />}
    </div>
  )
}
