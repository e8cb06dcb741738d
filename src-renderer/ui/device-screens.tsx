import { Button } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'

import { DevicePicture, type DeviceScreen } from './device-picture'
import { Facts } from './panel'

/** What a device shows, screen by screen, as a picture to go through; and all of it as a list to compare with. */
export function DeviceScreens({ screens }: { readonly screens: readonly DeviceScreen[] }) {
  const [at, setAt] = useState(0)
  const index = Math.min(at, screens.length - 1)
  const screen = screens[index]
  if (screen === undefined) return null
  const last = index === screens.length - 1
  return (
    <div className="hf-screens">
      <DevicePicture screen={screen} hint={last ? 'both-buttons' : 'right-button'} of={`${index + 1}/${screens.length}`} />
      <div className="hf-screens__steps">
        <Button
          variant="default"
          size="compact-sm"
          disabled={index === 0}
          leftSection={<IconChevronLeft size={14} aria-hidden />}
          onClick={() => setAt(index - 1)}
        >
          Screen before
        </Button>
        <span className="hf-num" role="status">
          Screen {index + 1} of {screens.length}
        </span>
        <Button
          variant="default"
          size="compact-sm"
          disabled={last}
          rightSection={<IconChevronRight size={14} aria-hidden />}
          onClick={() => setAt(index + 1)}
        >
          Next screen
        </Button>
      </div>
      <Facts
        facts={screens.map(({ title, value }, number) => ({
          label: `${number + 1}. ${title}`,
          value: <span className="hf-mono">{value}</span>,
        }))}
      />
    </div>
  )
}
