import { Button } from '@mantine/core'
import { useState } from 'react'

import type { OrderDetail } from '../../../src-preload/contract/orders'
import type { Problem } from '../../../src-preload/contract/problem'
import { cancelOrder } from '../../stores/orders'
import { SaidNotice } from '../../ui/notice'
import { CANCEL_OBSTACLE_WORDS, GIVE_UP_WORDS } from '../../ui/words/orders'
import { sayProblem } from '../../ui/words/problems'

/** Cancelling where it is a true option, and why not where it is not. Cancels pass also while halted. */
export function CancelOrder({ detail }: { readonly detail: OrderDetail }) {
  const [asking, setAsking] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const { summary, cancelObstacle, waitsOnChain } = detail
  // What waits on a chain has ways of its own, shown with what they cost.
  if (!summary.open || (waitsOnChain && cancelObstacle !== null)) return null
  if (cancelObstacle !== null)
    return <p className="hf-story__obstacle hf-dim">It cannot be canceled: {CANCEL_OBSTACLE_WORDS[cancelObstacle]}</p>
  return (
    <div>
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
      <Button
        variant="default"
        loading={asking}
        onClick={() => {
          setAsking(true)
          void cancelOrder(summary.orderId).then((outcome) => {
            setAsking(false)
            setProblem(outcome)
          })
        }}
      >
        Cancel order
      </Button>
      {(summary.state === 'approved' || summary.state === 'signing') && <p className="hf-story__obstacle hf-dim">{GIVE_UP_WORDS}</p>}
    </div>
  )
}
