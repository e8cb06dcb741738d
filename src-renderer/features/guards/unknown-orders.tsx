import { Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'

import type { Problem } from '../../../src-preload/contract/problem'
import type { WatchView } from '../../../src-preload/contract/watch'
import { hrefOf } from '../../stores/navigation'
import { known } from '../../stores/remote'
import { explainOrder, useWatch } from '../../stores/watch'
import { sayProblem } from '../../ui/words/problems'

/** Orders whose outcome is unknown, each to be explained: what somebody saw at the venue goes on record. */
export function UnknownOrders({ onExplained }: { readonly onExplained: () => void }) {
  // The empty list is made here: one made in the selector is another each time, and the page would never stop drawing.
  const orders = useWatch((state) => known(state.watch)?.unknownOrders) ?? []
  if (orders.length === 0) return null
  return (
    <ul className="hf-unknown">
      {orders.map((order) => (
        <Order key={order.orderId} order={order} onExplained={onExplained} />
      ))}
    </ul>
  )
}

function Order({ order: { orderId, explanation }, onExplained }: { order: WatchView['unknownOrders'][number]; onExplained: () => void }) {
  const [problem, setProblem] = useState<Problem | null>(null)
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: (value) => (value.trim() === '' ? 'Say what you found at the venue.' : null) },
  })
  const link = (
    <a className="hf-link hf-mono" href={hrefOf('orders', orderId)}>
      {orderId}
    </a>
  )
  if (explanation !== null)
    return (
      <li>
        {link} <span className="hf-dim">explained by {explanation.by}:</span> {explanation.reason}
      </li>
    )
  return (
    <li>
      {link}
      <div className="hf-unknown__form">
        <TextInput
          size="xs"
          aria-label={`What became of order ${orderId}`}
          placeholder="What you found at the venue"
          maxLength={500}
          {...form.getInputProps('reason')}
        />
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            if (form.validate().hasErrors) return
            void explainOrder(orderId, form.values.reason.trim()).then((outcome) => {
              setProblem(outcome)
              if (outcome === null) onExplained()
            })
          }}
        >
          Explain
        </Button>
      </div>
      {problem !== null && <p className="hf-danger">{sayProblem(problem).what}</p>}
    </li>
  )
}
