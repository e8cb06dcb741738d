import { PasswordInput } from '@mantine/core'
import { useState } from 'react'

import type { SecureTask } from '../../src-preload/contract/secure'
import { toBytes } from './api'
import { SecureForm } from './form'
import { EMPTY_PAIR, pairIsReady, PasswordPair } from './password-pair'
import { useAnswer } from './use-answer'

const PRIVATE_KEY = /^(?:0x)?[0-9a-f]{64}$/i

/** Takes a private key that the person already has into an encrypted file. */
export function ImportKey({ task }: { readonly task: Extract<SecureTask, { kind: 'import-key' }> }) {
  const [key, setKey] = useState('')
  const [pair, setPair] = useState(EMPTY_PAIR)
  const { problem, busy, send } = useAnswer()
  const odd = key.trim() !== '' && !PRIVATE_KEY.test(key.trim())
  return (
    <SecureForm
      title={`Import a key: ${task.label}`}
      action="Import"
      ready={key.trim() !== '' && !odd && pairIsReady(pair)}
      busy={busy}
      problem={problem}
      onSubmit={() => {
        send({ kind: task.kind, id: task.id, privateKey: toBytes(key.trim()), password: toBytes(pair.password) })
        setKey('')
        setPair(EMPTY_PAIR)
      }}
    >
      <PasswordInput
        label="Private key"
        description="64 hexadecimal digits. Whoever has it can move the money: clear it from wherever it was copied."
        error={odd ? 'A private key has 64 hexadecimal digits' : null}
        autoComplete="off"
        autoFocus
        maxLength={200}
        value={key}
        onChange={({ currentTarget: { value } }) => setKey(value)}
      />
      <PasswordPair value={pair} onChange={setPair} />
    </SecureForm>
  )
}
