import { PasswordInput, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import { encode } from 'uqr'

import type { SecureTask } from '../../src-preload/contract/secure'
import { toBytes } from './api'
import { SecureForm } from './form'
import { useAnswer } from './use-answer'

/** Shows the secret of a new second factor, once, and asks for one code of it before it counts. */
export function Enrol({ task }: { readonly task: Extract<SecureTask, { kind: 'enrol-second-factor' }> }) {
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const { problem, busy, send } = useAnswer()
  return (
    <SecureForm
      title={`Authenticator for ${task.name}`}
      action="Ask for codes from now on"
      ready={password !== '' && /^\d{3} ?\d{3}$/.test(code.trim())}
      busy={busy}
      problem={problem}
      onSubmit={() => {
        send({ kind: task.kind, id: task.id, password: toBytes(password), code: toBytes(code.trim()) })
        setPassword('')
        setCode('')
      }}
    >
      <p>Scan this with an authenticator app, or type the text into it. It is shown this once and asked for together with the password.</p>
      <div className="hf-secure__enrol">
        <QrCode text={task.uri} />
        <code className="hf-secure__code">{task.base32.match(/.{1,4}/g)?.join(' ')}</code>
      </div>
      <PasswordInput
        label={`Password of ${task.name}`}
        autoComplete="off"
        autoFocus
        maxLength={1_000}
        value={password}
        onChange={({ currentTarget: { value } }) => setPassword(value)}
      />
      <TextInput
        label="Code that the authenticator shows now"
        inputMode="numeric"
        autoComplete="off"
        maxLength={9}
        value={code}
        onChange={({ currentTarget: { value } }) => setCode(value)}
      />
    </SecureForm>
  )
}

/** A QR code as one path of squares: no canvas, no image, nothing that the content security policy would have to allow. */
function QrCode({ text }: { readonly text: string }) {
  const { size, path } = useMemo(() => {
    const { data, size: side } = encode(text, { ecc: 'M', border: 2 })
    const squares = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    return { size: side, path: squares.join('') }
  }, [text])
  return (
    <svg
      className="hf-secure__qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label="QR code for an authenticator app"
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  )
}
