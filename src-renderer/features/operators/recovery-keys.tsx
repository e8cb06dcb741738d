import { Button, Checkbox, Group, Menu, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'

import type { AuthorityView, RecoveryKeyView } from '../../../src-preload/contract/authority'
import { changeAuthority } from '../../stores/authority'
import { Panel } from '../../ui/panel'
import { When } from '../../ui/values'
import { PERMISSION_WORDS } from '../../ui/words/authority'
import { ENDS, endOf, type End } from './ends'
import type { Act } from './act'

type Permission = RecoveryKeyView['permissions'][number]

/** The recovery keys: the last resort, which approves anything when both are shown. Their codes are never shown again. */
export function RecoveryKeys({ view, act }: { readonly view: AuthorityView; readonly act: Act }) {
  const [changing, setChanging] = useState<RecoveryKeyView | null>(null)
  const standing = view.recoveryKeys.filter(({ revokedAtMs }) => revokedAtMs === null)
  return (
    <Panel
      title="Recovery keys"
      aside={
        standing.length === 2 && (
          <Button
            variant="default"
            size="xs"
            onClick={() => act(changeAuthority('authority.replaceRecoveryKeys', { ids: standing.map(({ id }) => id), expiresAtMs: null }))}
          >
            Replace both…
          </Button>
        )
      }
    >
      <p className="hf-dim">
        Each approves like a person. Both together are always enough, also without people or keychain: keep them on paper, in two places.
      </p>
      {view.recoveryKeys.length === 0 ? (
        <p>No recovery keys can be read.</p>
      ) : (
        <table className="hf-table" aria-label="Recovery keys">
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col">May</th>
              <th scope="col">Made</th>
              <th scope="col">Until</th>
              <th scope="col">
                <span className="hf-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {view.recoveryKeys.map((key) => (
              <tr key={key.id} className={key.revokedAtMs === null ? '' : 'hf-dim'}>
                <td title={`Key ${key.id}`}>{key.description}</td>
                <td>
                  {key.permissions.length === 3
                    ? 'everything'
                    : key.permissions.map((each) => PERMISSION_WORDS[each].toLowerCase()).join(', ')}
                </td>
                <td>
                  <When atMs={key.createdAtMs} />
                </td>
                <td>{key.revokedAtMs !== null ? 'revoked' : key.expiresAtMs === null ? 'no end' : <When atMs={key.expiresAtMs} />}</td>
                <td className="hf-right">
                  {key.revokedAtMs === null && (
                    <Menu position="bottom-end">
                      <Menu.Target>
                        <Button variant="subtle" size="compact-sm" aria-label={`Actions for ${key.description}`}>
                          <IconDots size={16} aria-hidden />
                        </Button>
                      </Menu.Target>
                      <Menu.Dropdown>
                        <Menu.Item
                          onClick={() => act(changeAuthority('authority.replaceRecoveryKeys', { ids: [key.id], expiresAtMs: null }))}
                        >
                          Replace by a new key…
                        </Menu.Item>
                        <Menu.Item onClick={() => setChanging(key)}>Change what it may…</Menu.Item>
                        <Menu.Item color="red" onClick={() => act(changeAuthority('authority.revokeRecoveryKey', { id: key.id }))}>
                          Revoke…
                        </Menu.Item>
                      </Menu.Dropdown>
                    </Menu>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {changing !== null && <KeyForm key={changing.id} recoveryKey={changing} act={act} onDone={() => setChanging(null)} />}
    </Panel>
  )
}

function KeyForm({ recoveryKey, act, onDone }: { readonly recoveryKey: RecoveryKeyView; readonly act: Act; readonly onDone: () => void }) {
  const { id, description, permissions, expiresAtMs } = recoveryKey
  const form = useForm<{ description: string; permissions: Permission[]; end: End }>({
    initialValues: { description, permissions: [...permissions], end: expiresAtMs === null ? 'never' : 'as-is' },
    validate: { description: (value) => (value.trim() === '' ? 'Say where it is kept' : null) },
  })
  return (
    <form
      className="hf-operators__form"
      aria-label={`Change ${description}`}
      onSubmit={form.onSubmit((values) => {
        act(
          changeAuthority('authority.changeRecoveryKey', {
            id,
            description: values.description.trim(),
            permissions: values.permissions,
            expiresAtMs: endOf(values.end, expiresAtMs),
          }),
        )
        onDone()
      })}
    >
      <Group align="flex-start" gap="sm">
        <TextInput label="Where it is kept" maxLength={100} {...form.getInputProps('description')} />
        <Select
          label="Until"
          allowDeselect={false}
          data={ENDS.filter(({ value }) => value !== 'as-is' || expiresAtMs !== null)}
          {...form.getInputProps('end')}
        />
      </Group>
      <Checkbox.Group label="May" {...form.getInputProps('permissions')}>
        <Group gap="md" mt={6}>
          {(Object.keys(PERMISSION_WORDS) as Permission[]).map((permission) => (
            <Checkbox key={permission} value={permission} label={PERMISSION_WORDS[permission]} />
          ))}
        </Group>
      </Checkbox.Group>
      <Group gap="sm">
        <Button type="submit">Change…</Button>
        <Button variant="subtle" onClick={onDone}>
          Not now
        </Button>
      </Group>
    </form>
  )
}
