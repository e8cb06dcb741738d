import { PasswordInput, Textarea } from '@mantine/core'
import { useState } from 'react'

import type { SecureTask } from '../../src-preload/contract/secure'
import { toBytes } from './api'
import { SecureForm } from './form'
import { useAnswer } from './use-answer'

type Purpose = Extract<SecureTask, { kind: 'store-secret' }>['purpose']

/** What each secret is called, and whether it is a whole file. */
const WORDS: Readonly<Record<Purpose, { readonly name: string; readonly about: string; readonly file: boolean }>> = {
  pin: { name: 'PIN', about: 'The user PIN of the token. Too many wrong ones lock the token.', file: false },
  token: { name: 'Access token', about: 'The token that the service asks for.', file: false },
  'client-key': { name: 'Client key', about: 'The private key of the client certificate, as PEM text.', file: true },
  'access-key': { name: 'Secret access key', about: 'The secret half of the access key.', file: false },
  'session-token': { name: 'Session token', about: 'The token of a temporary access key.', file: false },
  'service-account': { name: 'Service account', about: 'The whole JSON file of the service account.', file: true },
  'client-secret': { name: 'Client secret', about: 'The secret of the registered application.', file: false },
}

/** Takes in a secret that a signer needs to be reached. It is kept encrypted and never shown again. */
export function StoreSecret({ task }: { readonly task: Extract<SecureTask, { kind: 'store-secret' }> }) {
  const [secret, setSecret] = useState('')
  const { problem, busy, send } = useAnswer()
  const { name, about, file } = WORDS[task.purpose]
  const field = {
    label: name,
    description: about,
    autoComplete: 'off',
    autoFocus: true,
    value: secret,
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => setSecret(value),
  }
  return (
    <SecureForm
      title={`${name}: ${task.label}`}
      action="Keep it"
      ready={secret.trim() !== ''}
      busy={busy}
      problem={problem}
      onSubmit={() => {
        send({ kind: task.kind, id: task.id, secret: toBytes(file ? secret : secret.trim()) })
        setSecret('')
      }}
    >
      {file ? (
        <Textarea {...field} maxLength={20_000} autosize minRows={6} maxRows={10} spellCheck={false} />
      ) : (
        <PasswordInput {...field} maxLength={1_000} />
      )}
      <p>It is kept encrypted on this machine, given to this signer alone, and never shown again.</p>
    </SecureForm>
  )
}
