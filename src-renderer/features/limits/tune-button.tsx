import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'

/** Opens a form in a drawer of its own. */
export function TuneButton({ label, form }: { readonly label: string; readonly form: (close: () => void) => ReactNode }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>
        {label}
      </Button>
      {open && form(() => setOpen(false))}
    </>
  )
}
