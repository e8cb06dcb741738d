import { Button } from '@mantine/core'

import type { OrderDetail } from '../../../src-preload/contract/orders'
import { go, hrefOf } from '../../stores/navigation'
import { reviewAgain } from '../../stores/ticket'
import { Notice } from '../../ui/notice'
import { RETRY_CHANGE_WORDS } from '../../ui/words/orders'

/** Which attempt an order is, and what was done about its failure: tried anew by itself, or waiting for a person who signs off what changed. */
export function NextAttempt({ detail: { attempt, retry, summary } }: { readonly detail: OrderDetail }) {
  return (
    <>
      {attempt !== null && (
        <p className="hf-story__obstacle hf-dim">
          Attempt {attempt.number}, after{' '}
          <a className="hf-link" href={hrefOf('orders', attempt.after)}>
            the one before
          </a>
          .
        </p>
      )}
      {retry?.kind === 'continued' && retry.orderId !== null && (
        <p className="hf-story__obstacle hf-dim">
          Tried anew, with nothing that matters changed:{' '}
          <a className="hf-link" href={hrefOf('orders', retry.orderId)}>
            the next attempt
          </a>
          .
        </p>
      )}
      {retry?.kind === 'needs-sign-off' && (
        <Notice
          tone="attention"
          title="A further attempt needs your word"
          actions={
            <Button
              variant="default"
              onClick={() => {
                void reviewAgain(summary.orderId)
                go('trade')
              }}
            >
              Review again
            </Button>
          }
        >
          What changed: {retry.why.map((change) => RETRY_CHANGE_WORDS[change] ?? change).join(', ')}. Nothing is sent before you sign it
          off.
        </Notice>
      )}
    </>
  )
}
