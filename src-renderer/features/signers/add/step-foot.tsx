import { Button } from '@mantine/core'
import type { ReactNode } from 'react'

/** Back at the left, the one way on at the right. */
export function StepFoot({ onBack, children }: { readonly onBack?: () => void; readonly children: ReactNode }) {
  return (
    <footer className="hf-wizard__foot">
      {onBack === undefined ? (
        <span />
      ) : (
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
      )}
      <div className="hf-wizard__on">{children}</div>
    </footer>
  )
}
