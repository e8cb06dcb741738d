import './review.css'

import { Drawer } from '@mantine/core'
import type { ReactNode } from 'react'

import { closeReview, useTicket } from '../../../stores/ticket'
import { focusReviewButton } from '../review-button'
import { PlanReview } from './plan-review'

/**
 * The review of an order: a sheet of full height that leaves the status strip free, so that halting is never covered. After the order is
 * placed it shows the order's life.
 */
export function ReviewSheet({ renderOrder }: { readonly renderOrder: (orderId: string) => ReactNode }) {
  const review = useTicket((state) => state.review)
  const open = review.kind === 'open' || review.kind === 'confirming' || review.kind === 'sent'
  return (
    <Drawer
      opened={open}
      onClose={() => void closeReview()}
      returnFocus={false}
      onExitTransitionEnd={focusReviewButton}
      position="right"
      size={640}
      zIndex={300}
      padding="lg"
      title={review.kind === 'sent' ? 'Your order' : 'Review'}
      closeButtonProps={{ 'aria-label': 'Close' }}
      closeOnClickOutside={review.kind === 'sent'}
      classNames={{ inner: 'hf-below-strip', overlay: 'hf-below-strip', body: 'hf-review', title: 'hf-review__title' }}
    >
      {(review.kind === 'open' || review.kind === 'confirming') && (
        <PlanReview
          plan={review.plan}
          confirming={review.kind === 'confirming'}
          problem={review.kind === 'open' ? review.problem : null}
          renderOrder={renderOrder}
        />
      )}
      {review.kind === 'sent' && <div className="hf-review__scroll">{renderOrder(review.orderId)}</div>}
    </Drawer>
  )
}
