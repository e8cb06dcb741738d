import { Anchor, PasswordInput, Select, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'

import type { SecureAnswer, SecureTask } from '../../src-preload/contract/secure'
import { toBytes } from './api'
import { OnDevice } from './on-device'

type People = Extract<SecureTask, { kind: 'unlock-app' }>['people']
/** What proves who somebody is, as main takes it. */
export type ProofBytes = Pick<Extract<SecureAnswer, { kind: 'unlock-app' }>, 'recoveryKeys' | 'operator'>

/** What is typed to prove who somebody is, and how to hand it over. */
export interface ProofFields {
  readonly ready: boolean
  /** By recovery keys rather than by a person. */
  readonly byKeys: boolean
  /** The bytes, and with them all fields are emptied. `by`: whether main is to ask the person's device in place of a code. */
  take(by?: 'device'): ProofBytes
  readonly fields: ReactNode
  /** Turns to the other way of proving it; null where there is one alone. Stands in the foot, which is always in sight. */
  readonly instead: ReactNode
}

const NOTHING = { password: '', code: '', keys: ['', ''] as readonly [string, string] }

/** What a device is asked, and how to ask it. */
export interface ByDevice {
  /** What the device will show of it, besides the act. */
  readonly requestHash: string
  /** An answer is being judged; with a device, a person may be confirming on it. */
  readonly busy: boolean
  readonly ask: (proof: ProofBytes) => void
}

/** Fields for one person, or for recovery keys instead: either proves, and both are never asked for together. */
export function useProof(people: People, keysNeeded: 1 | 2, { requestHash, busy, ask }: ByDevice): ProofFields {
  const [byKey, setByKey] = useState(people.length === 0)
  const [who, setWho] = useState<string | null>(people.length === 1 ? (people[0]?.id ?? null) : null)
  const [typed, setTyped] = useState(NOTHING)
  const [askedDevice, setAskedDevice] = useState(false)
  const person = people.find(({ id }) => id === who) ?? null
  const needed = ([0, 1] as const).slice(0, keysNeeded)
  const withKeys = byKey || people.length === 0
  const waiting = busy && askedDevice
  const take = (by?: 'device'): ProofBytes => {
    setTyped(NOTHING)
    setAskedDevice(by === 'device')
    if (withKeys || person === null) return { recoveryKeys: needed.map((index) => toBytes(typed.keys[index])) }
    const code = person.code && by === undefined ? toBytes(typed.code.trim()) : null
    return {
      recoveryKeys: [],
      operator: { id: person.id, password: toBytes(typed.password), code, ...(by === 'device' ? { device: true } : {}) },
    }
  }
  return {
    byKeys: withKeys,
    ready: withKeys
      ? needed.every((index) => typed.keys[index].trim() !== '')
      : person !== null && typed.password !== '' && (person.code ? typed.code.trim() !== '' : !person.device),
    take,
    fields: (
      <>
        {withKeys
          ? needed.map((index) => (
              <PasswordInput
                key={index}
                label={needed.length === 1 ? 'Recovery key' : `Recovery key ${index + 1}`}
                description={index === 0 ? 'Shown when Holdfast was set up. Dashes and case do not matter.' : 'The other one of the two.'}
                autoComplete="off"
                autoFocus={index === 0}
                maxLength={200}
                value={typed.keys[index]}
                onChange={({ currentTarget: { value } }) =>
                  setTyped({ ...typed, keys: index === 0 ? [value, typed.keys[1]] : [typed.keys[0], value] })
                }
              />
            ))
          : personFields()}
      </>
    ),
    instead: people.length > 0 && (
      <Anchor component="button" type="button" size="sm" className="hf-secure__instead" onClick={() => turn(!withKeys)}>
        {withKeys
          ? 'Use a name and password instead'
          : needed.length === 1
            ? 'Use a recovery key instead'
            : 'Use the recovery keys instead'}
      </Anchor>
    ),
  }

  function turn(toKeys: boolean): void {
    setTyped(NOTHING)
    setByKey(toKeys)
  }

  function personFields() {
    return (
      <>
        <Select
          label="Who are you?"
          placeholder="Choose your name"
          data={people.map(({ id, name }) => ({ value: id, label: name }))}
          value={who}
          allowDeselect={false}
          autoFocus={who === null}
          onChange={(id) => {
            setTyped(NOTHING)
            setWho(id)
          }}
        />
        <PasswordInput
          label="Password"
          autoComplete="off"
          autoFocus={who !== null}
          maxLength={1_000}
          value={typed.password}
          onChange={({ currentTarget: { value } }) => setTyped({ ...typed, password: value })}
        />
        {/* While a person compares what the device shows, nothing else takes the room for it. */}
        {person?.code === true && !waiting && (
          <TextInput
            label="Code of your authenticator"
            description="Six digits. Each code is good once."
            inputMode="numeric"
            autoComplete="off"
            maxLength={9}
            value={typed.code}
            onChange={({ currentTarget: { value } }) => setTyped({ ...typed, code: value })}
          />
        )}
        {person?.device === true && (
          <OnDevice
            instead={person.code}
            requestHash={requestHash}
            waiting={waiting}
            ready={typed.password !== '' && !busy}
            onAsk={() => ask(take('device'))}
          />
        )}
      </>
    )
  }
}
