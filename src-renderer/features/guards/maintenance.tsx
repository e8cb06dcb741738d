import { Button, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'

import type { KillSwitchView } from '../../../src-preload/contract/guards'
import type { Problem } from '../../../src-preload/contract/problem'
import type { StandView } from '../../../src-preload/contract/watch'
import { enterMaintenance, leaveMaintenance, useWatch } from '../../stores/watch'
import { SaidNotice } from '../../ui/notice'
import { Panel } from '../../ui/panel'
import { Tag } from '../../ui/tag'
import { sayProblem } from '../../ui/words/problems'
import { PURPOSE_WORDS } from '../../ui/words/watch'

type Purpose = NonNullable<StandView['maintenance']>['purpose']
const PURPOSES = Object.keys(PURPOSE_WORDS) as Purpose[]
const FIRST: Purpose = 'update'

/** Taking the system into maintenance, and out of it. Trading is latched meanwhile, across restarts; administration works. */
export function Maintenance({ state }: { readonly state: KillSwitchView['state'] }) {
  const maintenance = useWatch(({ stand }) => stand?.maintenance ?? null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [asking, setAsking] = useState(false)
  const inMaintenance = state === 'maintenance'
  const form = useForm({
    initialValues: { purpose: FIRST, reason: '' },
    validate: { reason: (value) => (value.trim() === '' ? 'Say why. It is recorded.' : null) },
  })
  const submit = form.onSubmit(({ purpose, reason }) => {
    setAsking(true)
    void (inMaintenance ? leaveMaintenance(reason.trim()) : enterMaintenance(purpose, reason.trim())).then((outcome) => {
      setAsking(false)
      setProblem(outcome?.code === 'CANCELED_BY_USER' ? null : outcome)
      if (outcome === null) form.reset()
    })
  })
  return (
    <Panel
      className={inMaintenance ? 'hf-guards__tall' : ''}
      title="Maintenance"
      aside={inMaintenance ? <Tag tone="attention">Under way</Tag> : undefined}
    >
      <form className="hf-maintenance" onSubmit={submit}>
        <p className="hf-dim">
          {inMaintenance
            ? `For ${maintenance === null ? 'a purpose that is not known' : PURPOSE_WORDS[maintenance.purpose]}. Ending it leaves trading halted, to be released like any halt.`
            : `For updates, migrations and rotations: trading stays halted until somebody ends it, also across restarts; everything else can be done.${state === 'armed' ? ' Beginning it halts trading.' : ''}`}
        </p>
        {!inMaintenance && (
          <Select
            label="Purpose"
            allowDeselect={false}
            data={PURPOSES.map((value) => ({ value, label: PURPOSE_WORDS[value] }))}
            {...form.getInputProps('purpose')}
          />
        )}
        <TextInput label={inMaintenance ? 'Why it ends' : 'Why it begins'} maxLength={500} {...form.getInputProps('reason')} />
        {problem !== null && <SaidNotice said={sayProblem(problem)} />}
        <Button type="submit" variant="default" loading={asking}>
          {inMaintenance ? 'End maintenance' : 'Begin maintenance'}
        </Button>
      </form>
    </Panel>
  )
}
