import { Button, Menu } from '@mantine/core'
import { IconDots, IconUsers } from '@tabler/icons-react'
import { useState } from 'react'

import type { AuthorityView, OperatorView } from '../../../src-preload/contract/authority'
import { changeAuthority } from '../../stores/authority'
import { known } from '../../stores/remote'
import { useSigners } from '../../stores/signers'
import { Empty } from '../../ui/empty'
import { Panel } from '../../ui/panel'
import { Tag } from '../../ui/tag'
import { When } from '../../ui/values'
import { ROLE_WORDS } from '../../ui/words/authority'
import type { Act } from './act'
import { PersonForm } from './person-form'

interface Props {
  readonly view: AuthorityView
  readonly act: Act
}

/** Named people: who they are, how they prove it, and until when. */
export function People({ view, act }: Props) {
  const [form, setForm] = useState<OperatorView | 'new' | null>(null)
  const { operators } = view
  const addButton = (
    <Button variant="default" size="xs" onClick={() => setForm('new')}>
      Add a person…
    </Button>
  )
  return (
    <Panel title="People" aside={operators.length > 0 && form === null ? addButton : undefined}>
      {operators.length === 0 && form === null ? (
        <Empty icon={<IconUsers />} title="Nobody is named yet" action={addButton}>
          Whoever sits here is “operator”, and recovery keys approve. Name the people who use Holdfast, and it locks itself, every record
          says who, and two can be asked for what matters most.
        </Empty>
      ) : (
        operators.length > 0 && <PeopleTable operators={operators} act={act} onChange={setForm} />
      )}
      {form !== null && (
        <PersonForm
          key={form === 'new' ? 'new' : form.id}
          person={form === 'new' ? null : form}
          onDone={(work) => {
            if (work !== null) act(work)
            setForm(null)
          }}
        />
      )}
    </Panel>
  )
}

function PeopleTable({
  operators,
  act,
  onChange,
}: {
  readonly operators: readonly OperatorView[]
  readonly act: Act
  readonly onChange: (person: OperatorView) => void
}) {
  return (
    <table className="hf-table" aria-label="People">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Role</th>
          <th scope="col">Second factor</th>
          <th scope="col">Until</th>
          <th scope="col">
            <span className="hf-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {operators.map((person) => (
          <tr key={person.id} className={person.revokedAtMs === null ? '' : 'hf-dim'}>
            <td>{person.name}</td>
            <td title={ROLE_WORDS[person.role].means}>{ROLE_WORDS[person.role].name}</td>
            <td>{person.revokedAtMs !== null ? '–' : <SecondFactors person={person} />}</td>
            <td>{person.revokedAtMs !== null ? 'revoked' : person.expiresAtMs === null ? 'no end' : <When atMs={person.expiresAtMs} />}</td>
            <td className="hf-right">{person.revokedAtMs === null && <PersonMenu person={person} act={act} onChange={onChange} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Where there are two, either will do. */
function SecondFactors({ person: { secondFactor, device } }: { readonly person: OperatorView }) {
  if (!secondFactor && device === null) return <Tag tone="attention">Password alone</Tag>
  return (
    <span className="hf-operators__factors">
      {secondFactor && <Tag tone="good">Authenticator</Tag>}
      {device !== null && (
        <span title={device}>
          <Tag tone="good">Device</Tag>
        </span>
      )}
    </span>
  )
}

function PersonMenu({
  person,
  act,
  onChange,
}: {
  readonly person: OperatorView
  readonly act: Act
  readonly onChange: (person: OperatorView) => void
}) {
  const { id, name, secondFactor, device } = person
  const devices = (known(useSigners((state) => state.signers)) ?? []).filter(
    ({ kind, signsTypedData }) => kind === 'ledger' && signsTypedData,
  )
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" size="compact-sm" aria-label={`Actions for ${name}`}>
          <IconDots size={16} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => act(changeAuthority('authority.enrolSecondFactor', { id }))}>
          {secondFactor ? 'Another authenticator…' : 'Add an authenticator…'}
        </Menu.Item>
        {secondFactor && (
          <Menu.Item onClick={() => act(changeAuthority('authority.removeSecondFactor', { id }))}>Remove the authenticator…</Menu.Item>
        )}
        {devices
          .filter(({ address }) => address !== device)
          .map(({ id: signerId, label }) => (
            <Menu.Item key={signerId} onClick={() => act(changeAuthority('authority.enrolDevice', { id, signerId }))}>
              Confirm on {label}…
            </Menu.Item>
          ))}
        {device !== null && (
          <Menu.Item onClick={() => act(changeAuthority('authority.removeDevice', { id }))}>Remove the device…</Menu.Item>
        )}
        <Menu.Item onClick={() => act(changeAuthority('authority.setPassword', { id }))}>New password…</Menu.Item>
        <Menu.Item onClick={() => onChange(person)}>Change role or time…</Menu.Item>
        <Menu.Item color="red" onClick={() => act(changeAuthority('authority.revokeOperator', { id }))}>
          Revoke…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
