import { PasswordInput } from '@mantine/core'
import { useState } from 'react'

import type { SecureTask } from '../../src-preload/contract/secure'
import { SIGNER_KIND_WORDS } from '../ui/words/signers'
import { toBytes } from './api'
import { SecureForm } from './form'
import { DeviceShows } from './on-device'
import { useAnswer } from './use-answer'

/** Makes a device a person's second factor, once they have typed their password and confirmed on it. */
export function EnrolDevice({ task }: { readonly task: Extract<SecureTask, { kind: 'enrol-device' }> }) {
  const [password, setPassword] = useState('')
  const { problem, busy, send } = useAnswer()
  return (
    <SecureForm
      title={`Device for ${task.name}`}
      action="Confirm on the device"
      ready={password !== ''}
      busy={busy}
      problem={problem}
      onSubmit={() => {
        send({ kind: task.kind, id: task.id, password: toBytes(password) })
        setPassword('')
      }}
    >
      <p>
        From now on {task.name} can confirm on <strong>{task.label}</strong> what they approve, besides the password. Without the device a
        recovery key is needed, or a code where there is an authenticator.
      </p>
      <p>
        Its kind: <strong>{SIGNER_KIND_WORDS[task.signerKind].name}</strong>. Its address, which the device itself can show:{' '}
        <code className="hf-secure__hash">{task.address}</code>
      </p>
      {task.emulator !== null && (
        <p role="alert">
          This is no device but a program on this computer that stands in for one ({task.emulator}). It can confirm without you: for
          development only.
        </p>
      )}
      <PasswordInput
        label={`Password of ${task.name}`}
        autoComplete="off"
        autoFocus
        maxLength={1_000}
        value={password}
        onChange={({ currentTarget: { value } }) => setPassword(value)}
      />
      <DeviceShows requestHash={task.requestHash} waiting={busy} />
    </SecureForm>
  )
}
