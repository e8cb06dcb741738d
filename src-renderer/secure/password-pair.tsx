import { PasswordInput } from '@mantine/core'

/** Shorter ones are refused: what protects the file is this alone. */
const LEAST_CHARACTERS = 12

/** A new password, typed twice. */
export interface PasswordPairValue {
  readonly password: string
  readonly repeated: string
}

/** Nothing typed yet. */
export const EMPTY_PAIR: PasswordPairValue = { password: '', repeated: '' }

/** Whether a new password is long enough and was typed the same twice. */
export function pairIsReady({ password, repeated }: PasswordPairValue): boolean {
  return password.length >= LEAST_CHARACTERS && password === repeated
}

interface Props {
  readonly value: PasswordPairValue
  readonly onChange: (value: PasswordPairValue) => void
  readonly autoFocus?: boolean
}

/** Two fields for a new password, with what is still missing said beside them. */
export function PasswordPair({ value, onChange, autoFocus = false }: Props) {
  const { password, repeated } = value
  const short = password !== '' && password.length < LEAST_CHARACTERS
  const differs = repeated !== '' && password !== repeated
  return (
    <>
      <PasswordInput
        label="Password"
        description={`At least ${LEAST_CHARACTERS} characters. Four random words are strong and can be remembered.`}
        error={short ? `${LEAST_CHARACTERS - password.length} more characters are needed` : null}
        autoComplete="off"
        autoFocus={autoFocus}
        maxLength={1_000}
        value={password}
        onChange={({ currentTarget }) => onChange({ ...value, password: currentTarget.value })}
      />
      <PasswordInput
        label="Repeat password"
        error={differs ? 'The two are not the same' : null}
        autoComplete="off"
        maxLength={1_000}
        value={repeated}
        onChange={({ currentTarget }) => onChange({ ...value, repeated: currentTarget.value })}
      />
    </>
  )
}
