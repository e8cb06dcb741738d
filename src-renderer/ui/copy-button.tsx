import { ActionIcon, Tooltip } from '@mantine/core'
import { useTimeout } from '@mantine/hooks'
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react'
import { useState } from 'react'

import { copyText } from './copy'

const SHOWN_MS = 1_500

interface Props {
  readonly text: string
  /** What is copied, for the button's name: “address”. */
  readonly what: string
}

/** Copies a full value and says whether that worked. */
export function CopyButton({ text, what }: Props) {
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null)
  const { start } = useTimeout(() => setOutcome(null), SHOWN_MS)
  const label = outcome === null ? `Copy ${what}` : outcome === 'copied' ? 'Copied' : 'The system did not allow copying'
  return (
    <Tooltip label={label} {...(outcome === null ? {} : { opened: true })}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="xs"
        aria-label={label}
        onClick={() => {
          void copyText(text).then((copied) => {
            setOutcome(copied ? 'copied' : 'refused')
            start()
          })
        }}
      >
        {outcome === 'copied' ? <IconCheck size={13} /> : outcome === 'refused' ? <IconAlertTriangle size={13} /> : <IconCopy size={13} />}
      </ActionIcon>
    </Tooltip>
  )
}
