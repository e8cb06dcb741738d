import { Button, Radio, Skeleton, Stack, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'

import type { Problem } from '../../../src-preload/contract/problem'
import { chooseHalt, refreshChosen, useHalt } from '../../stores/halt'
import { known } from '../../stores/remote'
import { SaidNotice } from '../../ui/notice'
import { Panel } from '../../ui/panel'
import { Unread } from '../../ui/unread'
import { sayProblem } from '../../ui/words/problems'
import { CHOSEN_WORDS } from '../../ui/words/sweep'

type Mode = keyof typeof CHOSEN_WORDS
const MODES = Object.keys(CHOSEN_WORDS) as readonly Mode[]

/** What a halt does about what is out: chosen here beforehand, or offered by a second press. */
export function HaltChoice() {
  const remote = useHalt((state) => state.chosen)
  const [wanted, setWanted] = useState<Mode | null>(null)
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => void refreshChosen(), [])
  const chosen = known(remote)?.mode ?? null
  if (chosen === null)
    return (
      <Panel title="What a halt does">
        {remote.kind === 'failed' ? <Unread problem={remote.problem} again={refreshChosen} /> : <Skeleton h={90} />}
      </Panel>
    )
  const mode = wanted ?? chosen
  const choose = async (): Promise<void> => {
    setProblem(await chooseHalt(mode, reason))
    setWanted(null)
    setReason('')
  }
  return (
    <Panel title="What a halt does">
      <Radio.Group aria-label="What a halt does" value={mode} onChange={(value) => setWanted(MODES.find((each) => each === value) ?? null)}>
        <Stack gap="xs">
          {MODES.map((each) => (
            <Radio key={each} value={each} label={CHOSEN_WORDS[each].name} description={CHOSEN_WORDS[each].means} />
          ))}
        </Stack>
      </Radio.Group>
      {mode !== chosen && (
        <div className="hf-incidents__choose">
          <TextInput label="Reason" maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          <Button disabled={reason.trim() === ''} onClick={() => void choose()}>
            Change what a halt does
          </Button>
          <Button variant="subtle" onClick={() => setWanted(null)}>
            Leave it
          </Button>
        </div>
      )}
      {problem !== null && <SaidNotice said={sayProblem(problem)} tone="attention" />}
    </Panel>
  )
}
