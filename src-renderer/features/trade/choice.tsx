import { SegmentedControl, type SegmentedControlItem } from '@mantine/core'
import { useId } from 'react'

interface Props<Value extends string> {
  readonly label: string
  readonly data: SegmentedControlItem<Value>[]
  readonly value: Value
  readonly onChange: (value: Value) => void
}

/** A labelled choice of a few. */
export function Choice<Value extends string>({ label, data, value, onChange }: Props<Value>) {
  const id = useId()
  return (
    <div>
      <span id={id} className="hf-ticket__label">
        {label}
      </span>
      <SegmentedControl fullWidth aria-labelledby={id} data={data} value={value} onChange={onChange} />
    </div>
  )
}
