import { Button, NumberInput, Select } from '@mantine/core'
import { useForm } from '@mantine/form'

import type { AuthorityView } from '../../../src-preload/contract/authority'
import { changeAuthority } from '../../stores/authority'
import { Panel } from '../../ui/panel'
import { ACT_NAMES, ROLE_WORDS } from '../../ui/words/authority'
import type { Act } from './act'

const MOST = 5
const ON_DEMAND = 'on-demand'
const MINUTES = ['5', '15', '30', '60', '240']

type Wanted = {
  readonly secondFactor: AuthorityView['secondFactor']
  readonly lock: string
  readonly needed: Readonly<Record<string, number>>
}

/** What each act needs, when a code is asked for, and when the app locks itself. */
export function Rules({ view, act }: { readonly view: AuthorityView; readonly act: Act }) {
  const lockNow = view.lockAfterMinutes === null ? ON_DEMAND : String(view.lockAfterMinutes)
  const form = useForm<Wanted>({
    initialValues: {
      secondFactor: view.secondFactor,
      lock: lockNow,
      needed: Object.fromEntries(view.acts.map((each) => [each.act, each.needed])),
    },
  })
  const named = view.operators.some(({ revokedAtMs }) => revokedAtMs === null)
  const minutes = [...new Set([...MINUTES, ...(lockNow === ON_DEMAND ? [] : [lockNow])])].sort((a, b) => Number(a) - Number(b))
  return (
    <Panel title="Who must approve what">
      <form
        className="hf-operators__form hf-operators__form--first"
        aria-label="Rules"
        onSubmit={form.onSubmit(({ secondFactor, lock, needed }) => {
          const approvals = view.acts
            .filter((each) => needed[each.act] !== each.needed)
            .map((each) => ({ act: each.act, needed: needed[each.act] ?? each.needed }))
          act(
            changeAuthority('authority.setRules', { approvals, secondFactor, lockAfterMinutes: lock === ON_DEMAND ? null : Number(lock) }),
          )
        })}
      >
        <Select
          label="Lock"
          description={
            named
              ? 'Without keyboard or mouse in a window of Holdfast. Ctrl+Shift+L locks at once.'
              : 'Starts to matter with the first person.'
          }
          allowDeselect={false}
          data={[...minutes.map((each) => ({ value: each, label: `After ${each} min` })), { value: ON_DEMAND, label: 'Only on demand' }]}
          {...form.getInputProps('lock')}
        />
        <Select
          label="Second factor"
          description="A code of an authenticator, or a device, besides the password, to approve."
          allowDeselect={false}
          data={[
            { value: 'where-enrolled', label: 'From those who have one' },
            { value: 'always', label: 'From everybody: without one, nobody approves' },
          ]}
          {...form.getInputProps('secondFactor')}
        />
        <table className="hf-table" aria-label="Approvals that each act needs">
          <thead>
            <tr>
              <th scope="col">To</th>
              <th scope="col">Role</th>
              <th scope="col" className="hf-right">
                Approvals
              </th>
            </tr>
          </thead>
          <tbody>
            {view.acts.map((each) => (
              <tr key={each.act}>
                <td>{ACT_NAMES[each.act]}</td>
                <td>{ROLE_WORDS[each.role].name}</td>
                <td className="hf-right">
                  <NumberInput
                    className="hf-operators__count"
                    size="xs"
                    aria-label={`Approvals to ${ACT_NAMES[each.act].toLowerCase()}`}
                    min={each.least}
                    max={MOST}
                    clampBehavior="strict"
                    allowDecimal={false}
                    {...form.getInputProps(`needed.${each.act}`)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="hf-dim">
          Raise what matters most. Who may do what then needs as many. Both recovery keys together are always enough, so nothing can be
          locked for good.
        </p>
        <div>
          <Button type="submit" disabled={!form.isDirty()}>
            Change the rules…
          </Button>
        </div>
      </form>
    </Panel>
  )
}
