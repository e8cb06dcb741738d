import { Button, Checkbox, Group, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'

import type { OperatorView } from '../../../src-preload/contract/authority'
import type { Problem } from '../../../src-preload/contract/problem'
import { changeAuthority } from '../../stores/authority'
import { PERMISSION_WORDS, ROLE_WORDS } from '../../ui/words/authority'
import { ENDS, endOf, type End } from './ends'

type Role = OperatorView['role']
type Permission = OperatorView['permissions'][number]

/** What a role may do to the kill switch unless somebody says otherwise. */
const USUAL: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['activate'],
  trader: ['activate', 'maintenance'],
  admin: ['activate', 'deactivate', 'maintenance'],
}

interface Props {
  /** Null for somebody new. */
  readonly person: OperatorView | null
  /** The work that was asked for, or null when it was given up. */
  readonly onDone: (work: Promise<Problem | null> | null) => void
}

/** Who somebody is to be. The password is chosen afterwards, in the main-owned window. */
export function PersonForm({ person, onDone }: Props) {
  const form = useForm<{ name: string; role: Role; permissions: Permission[]; end: End }>({
    initialValues: {
      name: person?.name ?? '',
      role: person?.role ?? 'trader',
      permissions: [...(person?.permissions ?? USUAL.trader)],
      end: person === null || person.expiresAtMs === null ? 'never' : 'as-is',
    },
    validate: { name: (value) => (value.trim() === '' ? 'A name is needed: records name people by it' : null) },
  })
  return (
    <form
      className="hf-operators__form"
      aria-label={person === null ? 'Add a person' : `Change ${person.name}`}
      onSubmit={form.onSubmit(({ name, role, permissions, end }) => {
        const expiresAtMs = endOf(end, person?.expiresAtMs ?? null)
        onDone(
          person === null
            ? changeAuthority('authority.addOperator', { name: name.trim(), role, permissions, expiresAtMs })
            : changeAuthority('authority.changeOperator', { id: person.id, role, permissions, expiresAtMs }),
        )
      })}
    >
      <Group align="flex-start" gap="sm">
        <TextInput label="Name" maxLength={40} disabled={person !== null} data-autofocus {...form.getInputProps('name')} />
        <Select
          label="Role"
          allowDeselect={false}
          data={Object.entries(ROLE_WORDS).map(([value, { name }]) => ({ value, label: name }))}
          {...form.getInputProps('role')}
          onChange={(role) => {
            if (role === null) return
            form.setValues({ role: role as Role, permissions: [...USUAL[role as Role]] })
          }}
        />
        <Select
          label="Until"
          allowDeselect={false}
          data={ENDS.filter(({ value }) => value !== 'as-is' || person?.expiresAtMs != null)}
          {...form.getInputProps('end')}
        />
      </Group>
      <p className="hf-dim">{ROLE_WORDS[form.values.role].means}</p>
      <Checkbox.Group label="May also" {...form.getInputProps('permissions')}>
        <Group gap="md" mt={6}>
          {(Object.keys(PERMISSION_WORDS) as Permission[]).map((permission) => (
            <Checkbox key={permission} value={permission} label={PERMISSION_WORDS[permission]} />
          ))}
        </Group>
      </Checkbox.Group>
      <Group gap="sm">
        <Button type="submit">{person === null ? 'Add…' : 'Change…'}</Button>
        <Button variant="subtle" onClick={() => onDone(null)}>
          Not now
        </Button>
      </Group>
    </form>
  )
}
