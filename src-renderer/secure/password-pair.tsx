import { PasswordInput } from '@mantine/core'

import { Meter } from '../ui/tag'

/** Shorter ones are refused: what protects the file is this alone. */
const LEAST_CHARACTERS = 12
const LONG = 20

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

/** A hint of how long a new password withstands guessing, 0 to 1: its length, less where it repeats itself. */
export function strengthOf(password: string): number {
  const variety = Math.min(1, new Set(password).size / 8)
  return Math.min(1, password.length / LONG) * variety
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
      {password !== '' && (
        <div className="hf-secure__strength">
          <Meter label="Strength of the password" share={strengthOf(password)} full="plain" />
          <span role="status">
            {strengthOf(password) >= 1
              ? 'Long enough to withstand guessing, if it is no known sentence.'
              : 'Longer is stronger: one more word would help.'}
          </span>
        </div>
      )}
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
